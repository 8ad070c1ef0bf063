#pragma once

/* The slides that tests draw: figures of Kế hoạch 03/KH-UBND (03/01/2024), and texts that
 * are hard on a layout. */
#include "kiosk/slides/slide.h"

static const struct slide_bar sample_bars[] = {
    {"A Lưới", 24.40, true},     {"Nam Đông", 2.62, false},   {"Phú Vang", 2.27, false},
    {"Phong Điền", 2.05, false}, {"Quảng Điền", 1.70, false}, {"Phú Lộc", 1.66, false},
    {"Hương Trà", 1.50, false},  {"TP Huế", 0.65, false},     {"Hương Thủy", 0.64, false},
};
static const char *const sample_columns[] = {"Đơn vị", "Hộ nghèo 2023", "Giảm 2024",
                                             "Còn lại", "Tỷ lệ 2024"};
#define SAMPLE_CELLS(...) ((const char *const[]){__VA_ARGS__})
static const struct slide_row sample_rows[] = {
    {SAMPLE_CELLS("Toàn tỉnh", "7.540", "1.595", "5.945", "1,76 %"), true},
    {SAMPLE_CELLS("Thành phố Huế", "859", "103", "756", "0,56 %"), false},
    {SAMPLE_CELLS("Thị xã Hương Thủy", "166", "16", "150", "0,57 %"), false},
    {SAMPLE_CELLS("Thị xã Hương Trà", "277", "28", "249", "1,33 %"), false},
    {SAMPLE_CELLS("Huyện Phong Điền", "615", "54", "561", "1,85 %"), false},
    {SAMPLE_CELLS("Huyện Quảng Điền", "445", "33", "412", "1,56 %"), false},
    {SAMPLE_CELLS("Huyện Phú Lộc", "692", "67", "625", "1,48 %"), false},
    {SAMPLE_CELLS("Huyện Phú Vang", "811", "67", "744", "2,05 %"), false},
    {SAMPLE_CELLS("Huyện Nam Đông", "190", "31", "159", "2,16 %"), false},
    {SAMPLE_CELLS("Huyện A Lưới", "3.485", "1.196", "2.289", "15,83 %"), false},
};
static const char *const sample_paragraphs[] = {
    "Hộ nghèo và hộ cận nghèo được hỗ trợ mua thẻ bảo hiểm y tế. Thẻ được cấp qua Ủy ban "
    "nhân dân xã, không phải trả tiền.",
    "Mang theo căn cước công dân và sổ hộ nghèo đến bộ phận Một cửa, từ thứ Hai đến thứ "
    "Sáu.",
    "Người chưa có giấy tờ vẫn được hướng dẫn làm thủ tục tại chỗ.",
};
static const char *const sample_short[] = {
    "Sáng thứ Bảy, từ 7 giờ 30, trạm y tế xã tiêm chủng miễn phí cho trẻ dưới 5 tuổi."};
static const char *const sample_hard[] = {
    "ỄỘẬ Ữ Ặ Ẵ: NGHIỄM, CỘNG, ĐẬP, ẨM, ỔN, Ở ĐÂU CŨNG CÓ; Nghiễm Ộp Ậm ừ.",
    "ສະບາຍດີ ຍິນດີຕ້ອນຮັບສູ່ປະເທດຫວຽດນາມ "
    "ກະລຸນາຕິດຕໍ່ຫ້ອງການຄະນະກຳມະການປະຊາຊົນຕາແສງເພື່ອຂໍຂໍ້ມູນເພີ່ມເຕີມກ່ຽວກັບນະໂຍບາຍສະໜັບສະໜູນ",
    "https://vi-du.example/mot-duong-dan-rat-dai/khong-co-khoang-trang/de-thu-xuong-dong/"
    "va-con-dai-hon-nua.html",
    "Đoạn thứ tư để trang đầy thêm: chương trình mục tiêu quốc gia giảm nghèo bền vững "
    "giai đoạn 2021–2025 trên địa bàn tỉnh đặt ra mười chỉ tiêu cụ thể.",
    "Đoạn thứ năm: hỗ trợ phát triển sản xuất, đa dạng hóa sinh kế, nhân rộng mô hình "
    "giảm "
    "nghèo có hiệu quả; hỗ trợ hộ nghèo về nhà ở, nước sinh hoạt và vệ sinh.",
};
static const char *const sample_steps[] = {
    "Mở máy ảnh của điện thoại, đưa vào khung mã bên cạnh.",
    "Xem danh sách giấy tờ cần mang theo.",
    "Không cần đăng nhập, không thu thập thông tin cá nhân.",
};

#define SAMPLE_SOURCE "Kế hoạch 03/KH-UBND, 03/01/2024"
struct sample {
    const char *name;
    struct slide_view view;
};
static const struct sample samples[] = {
    {"title",
     {.layout = "title",
      .title = "Giảm nghèo bền vững: không để ai bị bỏ lại phía sau",
      .subtitle = "Mục tiêu năm 2024: đưa tỷ lệ hộ nghèo toàn tỉnh xuống 1,76 %",
      .source = SAMPLE_SOURCE}},
    {"text",
     {.layout = "text",
      .title = "Thẻ bảo hiểm y tế cho hộ nghèo",
      .subtitle = "100 % người nghèo, cận nghèo được hỗ trợ",
      .paragraphs = sample_paragraphs,
      .paragraph_count = ARRAY_LENGTH(sample_paragraphs),
      .source = SAMPLE_SOURCE}},
    {"short",
     {.layout = "text",
      .title = "Tiêm chủng tại trạm y tế xã",
      .paragraphs = sample_short,
      .paragraph_count = ARRAY_LENGTH(sample_short)}},
    {"hard",
     {.layout = "text",
      .title =
          "ỄỘẬ: Kế hoạch thực hiện Chương trình mục tiêu quốc gia giảm nghèo bền vững "
          "trên địa bàn tỉnh Thừa Thiên Huế năm 2024 và những năm tiếp theo, phần dành "
          "cho các xã đặc biệt khó khăn vùng bãi ngang",
      .subtitle = "ຂໍ້ມູນສຳລັບປະຊາຊົນຊາຍແດນ",
      .paragraphs = sample_hard,
      .paragraph_count = ARRAY_LENGTH(sample_hard),
      .source = SAMPLE_SOURCE}},
    {"bar",
     {.layout = "bar",
      .title = "Tỷ lệ hộ nghèo năm 2023",
      .subtitle = "Theo huyện, thị xã, thành phố",
      .unit = "%",
      .bars = sample_bars,
      .bar_count = ARRAY_LENGTH(sample_bars),
      .source = SAMPLE_SOURCE}},
    {"table",
     {.layout = "table",
      .title = "Hộ nghèo: đã có và phấn đấu",
      .subtitle = "Số hộ, cuối năm 2023 và kế hoạch 2024",
      .columns = sample_columns,
      .column_count = ARRAY_LENGTH(sample_columns),
      .rows = sample_rows,
      .row_count = ARRAY_LENGTH(sample_rows),
      .source = SAMPLE_SOURCE}},
    {"picture",
     {.layout = "picture",
      .title = "Cửa khẩu A Đớt",
      .caption =
          "Điểm thông tin công cộng mới tại cửa khẩu: xem tin bằng tiếng Việt, tiếng "
          "Lào và tiếng Anh, nghe bằng tai nghe.",
      .source = SAMPLE_SOURCE}},
    {"qr",
     {.layout = "qr",
      .title = "Giấy tờ cần mang theo",
      .subtitle = "Xem trước ở nhà, đi một lần là xong",
      .paragraphs = sample_steps,
      .paragraph_count = ARRAY_LENGTH(sample_steps),
      .url = "https://tramtin.example/giay-to",
      .caption = "Quét mã để xem danh sách",
      .source = SAMPLE_SOURCE}},
};
