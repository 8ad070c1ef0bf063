/* Forms of notices: the tables of their fields, and reading them. */
#include "content/model/notice.h"

#include "base/arena.h"
#include "base/text.h"
#include "base/timestamp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define VND_MOST INT64_C(10000000000)
#define FIELD(name, member, label, example, value, required, most)                       \
    static const struct notice_field name = {                                            \
        #member, label, example, value, required, most, offsetof(struct notice, member)}

FIELD(field_id, id, "Mã", "", NOTICE_IDENTIFIER, true, 64);
FIELD(field_from, from_day, "Ngày đăng", "01/11/2026", NOTICE_DAY, true, 0);
FIELD(field_until, until_day, "Hết hạn", "31/12/2026", NOTICE_DAY, true, 0);
FIELD(field_area, area, "Khu vực (mã)", "", NOTICE_IDENTIFIER, false, 64);
FIELD(field_address, address, "Địa chỉ", "Số 1 đường Ví Dụ", NOTICE_TEXT, false, 200);
FIELD(field_contact, contact, "Người liên hệ", "Chị Ví Dụ", NOTICE_TEXT, false, 100);
FIELD(field_telephone, telephone, "Điện thoại", "0234 000 000", NOTICE_TELEPHONE, false,
      30);

FIELD(loan_title, title, "Chương trình vay", "Cho vay hộ mới thoát nghèo", NOTICE_TEXT,
      true, 160);
FIELD(loan_audience, audience, "Ai được vay", "Hộ mới thoát nghèo trong 3 năm",
      NOTICE_TEXT, true, 400);
FIELD(loan_text, text, "Vay để làm gì", "Chăn nuôi, trồng rừng, buôn bán nhỏ",
      NOTICE_TEXT, false, 400);
FIELD(loan_amount, amount_vnd, "Mức vay tối đa (đồng)", "100.000.000", NOTICE_FIGURE,
      false, VND_MOST);
FIELD(loan_rate, rate_bp, "Lãi suất (%/năm)", "8,25", NOTICE_RATE, false, 5000);
FIELD(loan_months, months, "Thời hạn tối đa (tháng)", "60", NOTICE_FIGURE, false, 480);
FIELD(loan_organisation, organisation, "Nơi cho vay", "Phòng giao dịch ngân hàng",
      NOTICE_TEXT, true, 160);

FIELD(job_title, title, "Vị trí", "Công nhân may", NOTICE_TEXT, true, 120);
FIELD(job_places, places, "Số lượng", "20", NOTICE_FIGURE, true, 100000);
FIELD(job_trade, trade, "Nghề", "May mặc", NOTICE_TEXT, true, 60);
FIELD(job_workplace, workplace, "Nơi làm việc", "Phong Điền", NOTICE_TEXT, true, 80);
FIELD(job_overseas, overseas, "Làm việc ở nước ngoài", "không", NOTICE_FLAG, false, 0);
FIELD(job_text, text, "Yêu cầu", "Từ 18 tuổi; không cần kinh nghiệm", NOTICE_TEXT, false,
      600);
FIELD(job_organisation, organisation, "Đơn vị tuyển dụng", "Công ty Ví Dụ", NOTICE_TEXT,
      true, 160);

FIELD(training_title, title, "Lớp học", "Sơ cấp kỹ thuật xây dựng", NOTICE_TEXT, true,
      120);
FIELD(training_trade, trade, "Nghề", "Xây dựng", NOTICE_TEXT, true, 60);
FIELD(training_places, places, "Số chỗ", "30", NOTICE_FIGURE, false, 100000);
FIELD(training_starts, starts_day, "Khai giảng", "05/01/2027", NOTICE_DAY, false, 0);
FIELD(training_days, days, "Số ngày học", "90", NOTICE_FIGURE, false, 3000);
FIELD(training_audience, audience, "Ai được học", "Người lao động thuộc hộ nghèo",
      NOTICE_TEXT, false, 400);
FIELD(training_text, text, "Hỗ trợ và yêu cầu", "Không thu học phí", NOTICE_TEXT, false,
      600);
FIELD(training_workplace, workplace, "Nơi học", "A Lưới", NOTICE_TEXT, true, 80);
FIELD(training_organisation, organisation, "Nơi dạy", "Trung tâm dạy nghề Ví Dụ",
      NOTICE_TEXT, true, 160);

FIELD(commune_title, title, "Tiêu đề", "Lịch tiêm phòng trâu bò", NOTICE_TEXT, true, 160);
FIELD(commune_text, text, "Nội dung", "Từ 7 giờ 30, tại nhà văn hóa thôn.", NOTICE_PROSE,
      true, 2000);
FIELD(commune_organisation, organisation, "Nơi thông báo", "Ủy ban nhân dân xã",
      NOTICE_TEXT, true, 160);

static const struct notice_field *const loan_fields[] = {
    &field_id,        &loan_title,  &loan_audience,     &loan_text,     &loan_amount,
    &loan_rate,       &loan_months, &loan_organisation, &field_address, &field_contact,
    &field_telephone, &field_from,  &field_until,       &field_area,    NULL,
};
static const struct notice_field *const job_fields[] = {
    &field_id,        &job_title,  &job_places,       &job_trade,     &job_workplace,
    &job_overseas,    &job_text,   &job_organisation, &field_address, &field_contact,
    &field_telephone, &field_from, &field_until,      &field_area,    NULL,
};
static const struct notice_field *const training_fields[] = {
    &field_id,
    &training_title,
    &training_trade,
    &training_places,
    &training_starts,
    &training_days,
    &training_audience,
    &training_text,
    &training_workplace,
    &training_organisation,
    &field_address,
    &field_contact,
    &field_telephone,
    &field_from,
    &field_until,
    &field_area,
    NULL,
};
static const struct notice_field *const commune_fields[] = {
    &field_id,
    &commune_title,
    &commune_text,
    &commune_organisation,
    &field_address,
    &field_contact,
    &field_telephone,
    &field_from,
    &field_until,
    &field_area,
    NULL,
};

const struct notice_form notice_forms[NOTICE_TYPE_COUNT] = {
    [NOTICE_LOAN] = {"loan", loan_fields},
    [NOTICE_JOB] = {"job", job_fields},
    [NOTICE_TRAINING] = {"training", training_fields},
    [NOTICE_COMMUNE] = {"commune", commune_fields},
};

static bool has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            return true;
    return false;
}

const char *notice_text_fault(const struct notice_field *f, const char *text)
{
    if ((int64_t)strlen(text) > f->most)
        return "a shorter text";
    if (f->required && !*text)
        return "a text: this field is never empty";
    switch (f->value) {
    case NOTICE_IDENTIFIER:
        return *text && !text_is_identifier(text) ? "1 to 64 of a-z 0-9 - _ ." : NULL;
    case NOTICE_TELEPHONE:
        return text[strspn(text, "0123456789 .()+-")] ? "a telephone number" : NULL;
    case NOTICE_TEXT:
        if (has_control(text))
            return "a single line";
        if (strchr(text, '!') || strstr(text, "://") || strcasestr(text, "www."))
            return "plain words: no links, no exclamation marks";
        return NULL;
    default:
        return NULL;
    }
}

int notice_day_parse(const char *text, int64_t *ret)
{
    char local[32];
    int64_t ms;
    if (strlen(text) != strlen("2026-12-31"))
        return -EINVAL;
    (void)snprintf(local, sizeof(local), "%sT00:00", text);
    int r = timestamp_parse_local(local, &ms);
    if (r == 0)
        *ret = ms / MS_PER_DAY;
    return r;
}

static const char *text_read(struct json_reader *r, const struct notice_field *f,
                             struct arena *a)
{
    size_t most = (size_t)f->most;
    const char *text = f->required ? json_read_text(r, f->key, most)
                                   : json_read_text_or(r, f->key, most, "");
    const char *fault = r->error ? NULL : notice_text_fault(f, text);
    if (fault)
        json_reader_fail(r, f->key, "expected %s", fault);
    return arena_text(a, text);
}

static int64_t day_read(struct json_reader *r, const struct notice_field *f)
{
    int64_t day = 0;
    const char *text = f->required ? json_read_text(r, f->key, 10)
                                   : json_read_text_or(r, f->key, 10, "");
    if (!r->error && *text && notice_day_parse(text, &day) < 0)
        json_reader_fail(r, f->key, "expected a day like \"2026-12-31\"");
    return day;
}

static void field_read(struct json_reader *r, const struct notice_field *f,
                       struct arena *a, struct notice *n)
{
    void *to = (char *)n + f->offset;
    switch (f->value) {
    case NOTICE_DAY:
        *(int64_t *)to = day_read(r, f);
        break;
    case NOTICE_FIGURE:
        *(int64_t *)to = f->required ? json_read_int(r, f->key, 1, f->most)
                                     : json_read_int_or(r, f->key, 1, f->most, 0);
        break;
    case NOTICE_RATE:
        *(int64_t *)to = json_read_int_or(r, f->key, 0, f->most, 0);
        break;
    case NOTICE_FLAG:
        *(bool *)to = json_read_bool_or(r, f->key, false);
        break;
    default:
        *(const char **)to = text_read(r, f, a);
    }
}

void notice_parse(struct json_reader *r, struct arena *a, struct notice *ret)
{
    static const char *const names[] = {"loan", "job", "training", "commune", NULL};
    struct notice n = {.id = "",
                       .title = "",
                       .area = "",
                       .organisation = "",
                       .address = "",
                       .contact = "",
                       .telephone = "",
                       .audience = "",
                       .text = "",
                       .trade = "",
                       .workplace = ""};
    n.type = (enum notice_type)json_read_choice(r, "type", names);
    for (const struct notice_field *const *f = notice_forms[n.type].fields;
         !r->error && *f; f++)
        field_read(r, *f, a, &n);
    if (!r->error && n.until_day < n.from_day)
        json_reader_fail(r, "until_day", "before from_day");
    *ret = n;
}
