#pragma once
#include "base/attr.h"
#include "content/model/notice.h"

/* One of each type, and enough jobs for their filters. */
enum { TODAY = 20781 };
static const struct notice loan = {.id = "l",
                                   .type = NOTICE_LOAN,
                                   .title = "Cho vay chăn nuôi",
                                   .from_day = TODAY - 20,
                                   .until_day = TODAY + 3,
                                   .area = "",
                                   .organisation = "Ngân hàng",
                                   .address = "",
                                   .contact = "",
                                   .telephone = "0234",
                                   .audience = "Hộ nghèo",
                                   .text = "",
                                   .trade = "",
                                   .workplace = "",
                                   .amount_vnd = 80000000,
                                   .rate_bp = 660,
                                   .months = 36};
#define WORK(kind, name, what, where, abroad, day)                                       \
    {                                                                                    \
        .id = name, .type = kind, .title = name, .from_day = TODAY - (day),              \
        .until_day = TODAY + 30, .area = "", .organisation = "Xưởng",                    \
        .address = "Đường", .contact = "Chị", .telephone = "", .audience = "",           \
        .text = "Dòng\nDòng", .trade = what, .workplace = where, .overseas = abroad,     \
        .places = 3, .sample = (day) > 5                                                 \
    }
static const struct notice works[] = {
    WORK(NOTICE_JOB, "Thợ may", "May", "Phong Điền", false, 1),
    WORK(NOTICE_JOB, "Thợ xây", "Xây dựng", "A Lưới", false, 2),
    WORK(NOTICE_JOB, "Phụ hồ", "Xây dựng", "A Lưới", false, 10),
    WORK(NOTICE_JOB, "Làm vườn", "Nông nghiệp", "Nhật Bản", true, 10),
    WORK(NOTICE_TRAINING, "Lớp xây", "Xây dựng", "A Lưới", false, 10),
    WORK(NOTICE_COMMUNE, "Họp dân", "", "", false, 10),
};
static const struct notice *const sample_notices[] = {
    &loan, &works[0], &works[1], &works[2], &works[3], &works[4], &works[5]};
