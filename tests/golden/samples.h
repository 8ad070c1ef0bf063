#pragma once

/* The slides that tests draw: figures of Kế hoạch 03/KH-UBND (03/01/2024), and texts that
 * are hard on a layout. */
#include "kiosk/slides/slide.h"

static struct slide_row sample_bars[] = {
    {.label = "A Lưới", .value = 24.40, .highlight = true},
    {.label = "Nam Đông", .value = 2.62, .highlight = false},
    {.label = "Phú Vang", .value = 2.27, .highlight = false},
    {.label = "Phong Điền", .value = 2.05, .highlight = false},
    {.label = "Quảng Điền", .value = 1.70, .highlight = false},
    {.label = "Phú Lộc", .value = 1.66, .highlight = false},
    {.label = "Hương Trà", .value = 1.50, .highlight = false},
    {.label = "TP Huế", .value = 0.65, .highlight = false},
    {.label = "Hương Thủy", .value = 0.64, .highlight = false},
};
static const char *const sample_columns[] = {"Đơn vị", "Hộ nghèo 2023", "Giảm 2024",
                                             "Còn lại", "Tỷ lệ 2024"};
#define SAMPLE_CELLS(...)                                                                \
    {                                                                                    \
        (const char *const[]){__VA_ARGS__}, 5                                            \
    }
static struct slide_row sample_rows[] = {
    {.cells = SAMPLE_CELLS("Toàn tỉnh", "7.540", "1.595", "5.945", "1,76 %"),
     .highlight = true},
    {.cells = SAMPLE_CELLS("Thành phố Huế", "859", "103", "756", "0,56 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Thị xã Hương Thủy", "166", "16", "150", "0,57 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Thị xã Hương Trà", "277", "28", "249", "1,33 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Huyện Phong Điền", "615", "54", "561", "1,85 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Huyện Quảng Điền", "445", "33", "412", "1,56 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Huyện Phú Lộc", "692", "67", "625", "1,48 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Huyện Phú Vang", "811", "67", "744", "2,05 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Huyện Nam Đông", "190", "31", "159", "2,16 %"),
     .highlight = false},
    {.cells = SAMPLE_CELLS("Huyện A Lưới", "3.485", "1.196", "2.289", "15,83 %"),
     .highlight = false},
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
    struct slide view;
};
static const struct sample samples[] = {
    {"title",
     {.layout = SLIDE_TITLE,
      .title = "Giảm nghèo bền vững: không để ai bị bỏ lại phía sau",
      .subtitle = "Mục tiêu năm 2024: đưa tỷ lệ hộ nghèo toàn tỉnh xuống 1,76 %",
      .source = SAMPLE_SOURCE}},
    {"text",
     {.layout = SLIDE_TEXT,
      .title = "Thẻ bảo hiểm y tế cho hộ nghèo",
      .subtitle = "100 % người nghèo, cận nghèo được hỗ trợ",
      .paragraphs = {sample_paragraphs, ARRAY_LENGTH(sample_paragraphs)},
      .source = SAMPLE_SOURCE}},
    {"short",
     {.layout = SLIDE_TEXT,
      .title = "Tiêm chủng tại trạm y tế xã",
      .subtitle = "",
      .paragraphs = {sample_short, ARRAY_LENGTH(sample_short)},
      .source = ""}},
    {"hard",
     {.layout = SLIDE_TEXT,
      .title =
          "ỄỘẬ: Kế hoạch thực hiện Chương trình mục tiêu quốc gia giảm nghèo bền vững "
          "trên địa bàn tỉnh Thừa Thiên Huế năm 2024 và những năm tiếp theo, phần dành "
          "cho các xã đặc biệt khó khăn vùng bãi ngang",
      .subtitle = "ຂໍ້ມູນສຳລັບປະຊາຊົນຊາຍແດນ",
      .paragraphs = {sample_hard, ARRAY_LENGTH(sample_hard)},
      .source = SAMPLE_SOURCE}},
    {"bar",
     {.layout = SLIDE_BAR,
      .title = "Tỷ lệ hộ nghèo năm 2023",
      .subtitle = "Theo huyện, thị xã, thành phố",
      .unit = "%",
      .rows = sample_bars,
      .row_count = ARRAY_LENGTH(sample_bars),
      .source = SAMPLE_SOURCE}},
    {"table",
     {.layout = SLIDE_TABLE,
      .title = "Hộ nghèo: đã có và phấn đấu",
      .subtitle = "Số hộ, cuối năm 2023 và kế hoạch 2024",
      .columns = {sample_columns, ARRAY_LENGTH(sample_columns)},
      .rows = sample_rows,
      .row_count = ARRAY_LENGTH(sample_rows),
      .source = SAMPLE_SOURCE}},
    {"picture",
     {.layout = SLIDE_PICTURE,
      .title = "Cửa khẩu A Đớt",
      .subtitle = "",
      .caption =
          "Điểm thông tin công cộng mới tại cửa khẩu: xem tin bằng tiếng Việt, tiếng "
          "Lào và tiếng Anh, nghe bằng tai nghe.",
      .source = SAMPLE_SOURCE}},
    {"qr",
     {.layout = SLIDE_QR,
      .title = "Giấy tờ cần mang theo",
      .subtitle = "Xem trước ở nhà, đi một lần là xong",
      .paragraphs = {sample_steps, ARRAY_LENGTH(sample_steps)},
      .url = "https://tramtin.example/giay-to",
      .caption = "Quét mã để xem danh sách",
      .source = SAMPLE_SOURCE}},
};
