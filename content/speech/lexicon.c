/* The tables of words. A new one is a line. */
#include "content/speech/lexicon.h"

#include "base/attr.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct pair {
    const char *written, *spoken;
};

static const struct pair words[] = {
    {"ATTP", "an toàn thực phẩm"},
    {"BCA", "Bộ Công an"},
    {"BCH", "Ban Chỉ huy"},
    {"BCĐ", "Ban Chỉ đạo"},
    {"BHTN", "bảo hiểm thất nghiệp"},
    {"BHXH", "bảo hiểm xã hội"},
    {"BHYT", "bảo hiểm y tế"},
    {"BLĐTBXH", "Bộ Lao động Thương binh và Xã hội"},
    {"BNNPTNT", "Bộ Nông nghiệp và Phát triển nông thôn"},
    {"BTC", "Bộ Tài chính"},
    {"BTTTT", "Bộ Thông tin và Truyền thông"},
    {"BYT", "Bộ Y tế"},
    {"CBCC", "cán bộ công chức"},
    {"CCCD", "căn cước công dân"},
    {"CMND", "chứng minh nhân dân"},
    {"CP", "Chính phủ"},
    {"CSXH", "Chính sách xã hội"},
    {"DTTS", "dân tộc thiểu số"},
    {"ĐBKK", "đặc biệt khó khăn"},
    {"ĐT", "điện thoại"},
    {"GD&ĐT", "giáo dục và đào tạo"},
    {"GDĐT", "giáo dục đào tạo"},
    {"HĐND", "Hội đồng nhân dân"},
    {"HSSV", "học sinh sinh viên"},
    {"HTX", "hợp tác xã"},
    {"KCB", "khám chữa bệnh"},
    {"KCN", "khu công nghiệp"},
    {"KH", "kế hoạch"},
    {"KT-XH", "kinh tế xã hội"},
    {"LĐTBXH", "Lao động Thương binh và Xã hội"},
    {"MTQG", "mục tiêu quốc gia"},
    {"MTTQ", "Mặt trận Tổ quốc"},
    {"NĐ", "nghị định"},
    {"NHCSXH", "Ngân hàng Chính sách xã hội"},
    {"NKT", "người khuyết tật"},
    {"NQ", "nghị quyết"},
    {"NTM", "nông thôn mới"},
    {"PCTT", "phòng chống thiên tai"},
    {"QĐ", "quyết định"},
    {"QH", "Quốc hội"},
    {"SĐT", "số điện thoại"},
    {"TB", "thông báo"},
    {"TDP", "tổ dân phố"},
    {"THCS", "trung học cơ sở"},
    {"THPT", "trung học phổ thông"},
    {"TKCN", "tìm kiếm cứu nạn"},
    {"TNHH", "trách nhiệm hữu hạn"},
    {"TP", "thành phố"},
    {"TP.", "thành phố"},
    {"Tp.", "thành phố"},
    {"TT", "thông tư"},
    {"TTg", "Thủ tướng Chính phủ"},
    {"TTLT", "thông tư liên tịch"},
    {"TTTT", "Thông tin và Truyền thông"},
    {"TW", "Trung ương"},
    {"TX.", "thị xã"},
    {"UBMTTQ", "Ủy ban Mặt trận Tổ quốc"},
    {"UBND", "Ủy ban nhân dân"},
    {"VBHN", "văn bản hợp nhất"},
    {"XKLĐ", "xuất khẩu lao động"},
    {"v.v.", "vân vân"},
    {"v.v", "vân vân"},
};

/* The longer before the shorter that it begins with. */
static const struct pair units[] = {
    {"%", "phần trăm"},
    {"‰", "phần nghìn"},
    {"°C", "độ xê"},
    {"°", "độ"},
    {"đồng", "đồng"},
    {"đ", "đồng"},
    {"VNĐ", "đồng"},
    {"VND", "đồng"},
    {"USD", "đô la Mỹ"},
    {"kWh", "ki lô oát giờ"},
    {"kW", "ki lô oát"},
    {"km²", "ki lô mét vuông"},
    {"km2", "ki lô mét vuông"},
    {"km/h", "ki lô mét một giờ"},
    {"km/giờ", "ki lô mét một giờ"},
    {"km", "ki lô mét"},
    {"kg", "ki lô gam"},
    {"ha", "héc ta"},
    {"m²", "mét vuông"},
    {"m2", "mét vuông"},
    {"m³/s", "mét khối một giây"},
    {"m3/s", "mét khối một giây"},
    {"m³", "mét khối"},
    {"m3", "mét khối"},
    {"mm", "mi li mét"},
    {"ml", "mi li lít"},
    {"mg", "mi li gam"},
    {"m", "mét"},
    {"cm", "xăng ti mét"},
    {"g", "gam"},
    {"l", "lít"},
};

static const struct pair letters[] = {
    {"A", "a"},   {"B", "bê"}, {"C", "xê"},  {"D", "dê"}, {"Đ", "đê"}, {"E", "e"},
    {"F", "ép"},  {"G", "gờ"}, {"H", "hát"}, {"I", "i"},  {"J", "gi"}, {"K", "ca"},
    {"L", "lờ"},  {"M", "mờ"}, {"N", "nờ"},  {"O", "o"},  {"P", "pê"}, {"Q", "quy"},
    {"R", "rờ"},  {"S", "ét"}, {"T", "tê"},  {"U", "u"},  {"V", "vê"}, {"W", "vê kép"},
    {"X", "ích"}, {"Y", "i"},  {"Z", "dét"},
};

const char *lexicon_word(const char *word, size_t length)
{
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (strlen(words[i].written) == length &&
            memcmp(words[i].written, word, length) == 0)
            return words[i].spoken;
    return NULL;
}

const char *lexicon_unit(const char *text, size_t *ret_length)
{
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        size_t n = strlen(units[i].written);
        if (strncmp(units[i].written, text, n) != 0)
            continue;
        unsigned char next = (unsigned char)text[n];
        bool symbol = !isalpha((unsigned char)units[i].written[0]) &&
                      (unsigned char)units[i].written[0] < 0x80;
        if (!symbol && (isalnum(next) || next >= 0x80))
            continue;
        *ret_length = n;
        return units[i].spoken;
    }
    return NULL;
}

const char *lexicon_letter(const char *text, size_t *ret_length)
{
    for (size_t i = 0; i < ARRAY_LENGTH(letters); i++) {
        size_t n = strlen(letters[i].written);
        if (strncmp(letters[i].written, text, n) == 0) {
            *ret_length = n;
            return letters[i].spoken;
        }
    }
    return NULL;
}
