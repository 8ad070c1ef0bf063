/* Whom to ask: name, office, hours, telephone, from the signed settings. */
#include "content/model/release.h"
#include "kiosk/services/service.h"

static void contact_build(const struct service_context *c, struct page *p)
{
    page_add(p, BLOCK_TITLE, N_("Hỏi cán bộ"));
    const struct settings *s = c->world->settings;
    if (!s || (!*s->contact_name && !*s->contact_office && !*s->contact_telephone)) {
        page_add(p, BLOCK_TEXT,
                 N_("Chưa có thông tin liên hệ. Xin hỏi cán bộ tại nơi đặt máy này."));
        return;
    }
    const struct {
        enum icon icon;
        const char *label, *text;
    } rows[] = {{ICON_users, N_("Ai"), s->contact_name},
                {ICON_map_pin, N_("Ở đâu"), s->contact_office},
                {ICON_clock, N_("Khi nào"), s->contact_hours},
                {ICON_phone, N_("Điện thoại"), s->contact_telephone}};
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (!*rows[i].text)
            continue;
        struct block *b = page_add(p, BLOCK_CHOICE, rows[i].text);
        b->detail = page_say(p, rows[i].label);
        b->icon = rows[i].icon;
    }
    page_add(p, BLOCK_NOTE, N_("Màn hình này không ghi lại tên hay câu hỏi của bà con."));
}

const struct service service_contact = {
    .name = "contact",
    .title = N_("Hỏi cán bộ"),
    .detail = N_("Ai, ở đâu, số điện thoại"),
    .icon = ICON_phone,
    .build = contact_build,
};
