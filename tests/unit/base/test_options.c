#include "tests/support/test.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/options.h"

struct sample {
    const char *listen;
    int64_t workers;
    bool check;
};

static const struct option_key keys[] = {
    {"listen", OPTION_TEXT, offsetof(struct sample, listen), "127.0.0.1:0", 0, 0, "ADDR",
     "where to listen"},
    {"workers", OPTION_INTEGER, offsetof(struct sample, workers), "2", 1, 16, "N",
     "worker threads"},
    {"check", OPTION_FLAG, offsetof(struct sample, check), NULL, 0, 0, NULL,
     "only check"},
};

struct fixture {
    struct sample sample;
    struct options *options;
    struct diag diag;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (!f || options_create(keys, ARRAY_LENGTH(keys), &f->sample, &f->options) < 0)
        return -1;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    options_destroy(f->options);
    free(f);
    return 0;
}

static int command_line(struct fixture *f, int argc, const char *const *argv)
{
    return options_read_command_line(f->options, argc, (char *const *)argv, &f->diag);
}

static void test_options_read_command_line__wins_over_the_file(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "# a comment\n listen = 0.0.0.0:80 \nworkers=4\n";
    assert_int_equal(file_write_atomic("conf", text, strlen(text), 0600), 0);
    const char *argv[] = {"program", "--workers", "8", "one", "--", "--two"};
    assert_int_equal(command_line(f, 6, argv), 0);
    assert_int_equal(options_read_file(f->options, "conf", &f->diag), 0);
    assert_string_equal(f->sample.listen, "0.0.0.0:80");
    assert_int_equal(f->sample.workers, 8);
    const char *const *arguments;
    assert_int_equal(options_arguments(f->options, &arguments), 2);
    assert_string_equal(arguments[1], "--two");
}

static void test_options_read_file__names_line_and_column(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "workers = 4\n  colour = red\n";
    assert_int_equal(file_write_atomic("bad", text, strlen(text), 0600), 0);
    assert_int_equal(options_read_file(f->options, "bad", &f->diag), -EINVAL);
    assert_string_equal(diag_text(&f->diag), "bad:2:3: unknown key 'colour'");
}

static void test_options_read_command_line__explains_bad_values(void **state)
{
    struct fixture *f = *state;
    const char *high[] = {"program", "--workers=17"};
    assert_int_equal(command_line(f, 2, high), -EINVAL);
    assert_string_equal(diag_text(&f->diag), "workers: expected an integer from 1 to 16");
    const char *unknown[] = {"program", "--work", "1"};
    assert_int_equal(command_line(f, 3, unknown), -EINVAL);
    assert_string_equal(diag_text(&f->diag), "unknown option '--work', see --help");
    const char *open[] = {"program", "--listen"};
    assert_int_equal(command_line(f, 2, open), -EINVAL);
    assert_string_equal(diag_text(&f->diag), "--listen: expected ADDR");
    const char *flag[] = {"program", "--check"};
    assert_int_equal(command_line(f, 2, flag), 0);
    assert_true(f->sample.check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_options_read_command_line__wins_over_the_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_read_file__names_line_and_column,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_options_read_command_line__explains_bad_values, setup, teardown),
    };
    return cmocka_run_group_tests_name("base/options", tests, NULL, NULL);
}
