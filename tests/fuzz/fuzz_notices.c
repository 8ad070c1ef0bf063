/* Any bytes as a table of notices: the first byte chooses the type. What is taken must be
 * right as a document too, and what is refused is said. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "content/model/notice_table.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum notice_type type = (enum notice_type)((data[0] - '0') & 3);
    CLEANUP(buf_release) struct buf faults = BUF_INIT(1 << 20);
    CLEANUP(json_decrefp) json_t *list = json_array();
    int r =
        notice_table_read((const char *)data + 1, size - 1, type, 20000, list, &faults);
    if (r == -EINVAL && !faults.length)
        abort();
    struct arena *arena = NULL;
    if (arena_create((size_t)64 << 20, &arena) < 0)
        return 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct json_reader reader;
        struct notice notice;
        struct diag diag = {""};
        json_reader_init(&reader, json_array_get(list, i), "notice", &diag);
        notice_parse(&reader, arena, &notice);
        if (json_reader_finish(&reader) < 0)
            abort();
    }
    arena_destroy(arena);
    return 0;
}
