#pragma once
#include <stdint.h>

#define DAYS_TEXT_SIZE 16

/* "31/12/2026", as it is written here, of days since 1970-01-01. */
void days_text(int64_t day, char ret[DAYS_TEXT_SIZE]);
