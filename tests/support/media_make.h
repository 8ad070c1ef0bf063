#pragma once

/* Media made by ffmpeg while the test runs: in the current folder, once. `arguments` are
 * ffmpeg's, the file's name goes last. Aborts when ffmpeg fails. */
void media_make(const char *name, const char *arguments);

/* The first `bytes` of a file as another file; all of it when negative: bytes less. */
void media_cut(const char *from, long bytes, const char *to);
