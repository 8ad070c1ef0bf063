#pragma once
#include "content/model/release.h"

/* What several kinds read alike; for content/model's own files. */

/* start, rrule, exdates of a rule; the recurrence itself is checked too. */
void kind_when_parse(struct json_reader *r, struct arena *a, struct recurrence_rule *ret);

/* [{"from": "05:00", "until": "21:00"}] */
struct day_window *kind_windows_parse(struct json_reader *r, const char *key,
                                      struct arena *a, size_t *ret_count);

/* Finishes a child reader and lets its error stick in the parent. */
void kind_reader_done(struct json_reader *parent, struct json_reader *child);
