// The least work of a program that draws with Cairo: one line and one word, as SVG, PDF and PNG.
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <stdio.h>

enum { width = 600, height = 400 };

static void draw(cairo_surface_t *surface, double scale) {
  cairo_t *canvas = cairo_create(surface);
  cairo_scale(canvas, scale, scale);
  cairo_set_source_rgb(canvas, 1, 1, 1);
  cairo_paint(canvas);
  cairo_set_source_rgb(canvas, 0, 0, 0);
  cairo_move_to(canvas, 50, 50);
  cairo_line_to(canvas, 550, 350);
  cairo_stroke(canvas);
  cairo_select_font_face(canvas, "Inter", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(canvas, 24);
  cairo_move_to(canvas, 100, 320);
  cairo_show_text(canvas, "gradient");
  cairo_destroy(canvas);
}

int main(int count, char **arguments) {
  const char *folder = count > 1 ? arguments[1] : ".";
  char path[4096];
  snprintf(path, sizeof path, "%s/line.svg", folder);
  cairo_surface_t *svg = cairo_svg_surface_create(path, width, height);
  draw(svg, 1);
  cairo_surface_finish(svg);
  snprintf(path, sizeof path, "%s/line.pdf", folder);
  cairo_surface_t *pdf = cairo_pdf_surface_create(path, width, height);
  draw(pdf, 1);
  cairo_surface_finish(pdf);
  snprintf(path, sizeof path, "%s/line.png", folder);
  cairo_surface_t *png = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 2 * width, 2 * height);
  draw(png, 2);
  return cairo_surface_write_to_png(png, path) != CAIRO_STATUS_SUCCESS;
}
