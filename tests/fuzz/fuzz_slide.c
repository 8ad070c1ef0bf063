/* Any text as a slide, drawn: whatever the parser lets through can be drawn upright and
 * across, in bounded time. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "kiosk/slides/slide.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* fontconfig keeps its configuration until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

static void draw(const struct slide *slide, int width, int height)
{
    struct theme theme;
    struct canvas *c = NULL;
    theme_init(&theme, width, height, false);
    if (canvas_create(theme.width, theme.height, &c) < 0)
        abort();
    const struct slide_page page = {.canvas = c, .theme = &theme, .place = "Xã"};
    slide_draw(&page, slide);
    canvas_destroy(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag diag = {""};
    json_t *value = NULL;
    struct arena *arena = NULL;
    const struct slide *slide = NULL;
    if (json_parse((const char *)data, size, &json_limits_document, &value, &diag) < 0)
        return 0;
    int r = arena_create(1U << 22, &arena);
    if (r == 0)
        r = slide_parse(value, arena, &slide, &diag);
    if (r < 0 && !diag.text[0])
        abort();
    if (r == 0) {
        draw(slide, 320, 180);
        draw(slide, 180, 320);
    }
    arena_destroy(arena);
    json_decref(value);
    return 0;
}
