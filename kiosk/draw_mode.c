/* --draw: no window, no server. */
#include "kiosk/draw_mode.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "kiosk/kiosk.h"
#include "kiosk/screens/screen.h"
#include "kiosk/slides/slide.h"
#include "player/png.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Something in every field, so that a screen shows all it can. */
static const struct screen_line sample_lines[] = {
    {"Đang phát", "Tỷ lệ hộ nghèo năm 2023 · giam-ngheo-2024", MOOD_PLAIN},
    {"Vì sao", "chiến dịch được 40 % thời lượng của khung 'Buổi sáng'", MOOD_PLAIN},
    {"Tiếp theo", "17:30:12 Hộ nghèo: đã có và phấn đấu\n17:30:26 Big Buck Bunny",
     MOOD_PLAIN},
    {"Máy chủ", "http://127.0.0.1:8080 · đã cập nhật", MOOD_GOOD},
    {"Tệp", "1 còn thiếu (22 MB) · đã có 148 MB", MOOD_WARN},
    {"Đồng hồ", "đồng bộ qua mạng (ntp)", MOOD_GOOD},
    {"Lỗi", "item phim-cu: not a media file (1 lần)", MOOD_FAULT},
};
static const struct screen_facts sample_facts = {
    .place = "Xã Hồng Thượng, huyện A Lưới",
    .local_ms = INT64_C(1763919000000),
    .clock_trusted = true,
    .contact_name = "Bộ phận Một cửa",
    .contact_office = "Ủy ban nhân dân xã",
    .contact_telephone = "0234 3878 000",
    .code = "7K2M-9QXT-4VHB",
    .server = "http://127.0.0.1:8080",
    .state = "Đang chờ cán bộ nhập mã",
    .state_mood = MOOD_WARN,
    .title = "Bản tin sáng: lịch tiêm chủng tháng này",
    .subtitle = "Xã Hồng Thượng",
    .lines = sample_lines,
    .line_count = ARRAY_LENGTH(sample_lines),
};

static int slide_file_draw(const char *path, const struct theme *theme, struct canvas *c,
                           struct diag *diag)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    int r = file_read(path, json_limits_document.bytes, &text, &length);
    if (r < 0)
        return diag_set(diag, r, "cannot read '%s': %s", path, strerror(-r));
    json_t *value = NULL;
    r = json_parse(text, length, &json_limits_document, &value, diag);
    if (r < 0)
        return diag_context(diag, r, "%s", path);
    struct arena *arena = NULL;
    const struct slide *slide;
    r = arena_create(1U << 22, &arena);
    if (r == 0)
        r = slide_parse(value, arena, &slide, diag);
    if (r == 0) {
        const struct slide_page page = {
            .canvas = c, .theme = theme, .place = sample_facts.place};
        slide_draw(&page, slide);
    }
    arena_destroy(arena);
    json_decref(value);
    return r;
}

static int canvas_write(struct canvas *c, const char *path, struct diag *diag)
{
    struct frame f;
    canvas_frame(c, &f);
    size_t row = (size_t)f.width * 4;
    uint8_t *pixels = malloc(row * (size_t)f.height);
    if (!pixels)
        return diag_set(diag, -ENOMEM, "out of memory");
    for (int y = 0; y < f.height; y++)
        memcpy(pixels + row * (size_t)y, f.plane[0] + (ptrdiff_t)y * f.stride[0], row);
    int r = png_write(path, pixels, f.width, f.height, diag);
    free(pixels);
    return r;
}

int draw_mode_run(const struct kiosk_config *config)
{
    struct theme theme;
    struct diag diag = {""};
    CLEANUP(canvas_destroyp) struct canvas *c = NULL;
    theme_init(&theme, config->width, config->height, false);
    const struct screen *screen = screen_find(config->draw);
    int r = screen ? screen_render(screen, &theme, &sample_facts, &c)
                   : canvas_create(theme.width, theme.height, &c);
    if (r == 0 && !screen)
        r = slide_file_draw(config->draw, &theme, c, &diag);
    if (r == 0)
        r = canvas_write(c, config->screenshot, &diag);
    if (r < 0)
        (void)fprintf(stderr, "tramtin-kiosk: %s\n", diag_text(&diag));
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
