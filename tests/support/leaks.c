/* Read by LeakSanitizer where it is linked in: fontconfig keeps its configuration until
 * the process ends, and says that this is so. What we leak ourselves is still found. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
