#pragma once

struct kiosk_config;

/* Draw one screen by its name, or the slide in a JSON file (an object as under "slide" in
 * docs/documents.md), and write it as PNG; for documentation and for looking at designs.
 * Returns the program's exit code. */
int draw_mode_run(const struct kiosk_config *config);
