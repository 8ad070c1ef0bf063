#pragma once

/* The version that --version prints, from git at build time. Static storage. */
const char *version_text(void);
