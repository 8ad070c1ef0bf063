#pragma once
#include <stdint.h>

/* "50.000.000". `ret` has room for 40 bytes. */
void money_digits(int64_t vnd, char ret[40]);
/* "50.000.000 đ", as it is written here. `ret` has room for 40 bytes. */
void money_text(int64_t vnd, char ret[40]);
