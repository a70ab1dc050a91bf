# Compiles exercises of R/exams as a course does: Rscript compile-exams.R FOLDER. Prints what is not as it should be.
suppressMessages(library(exams))
folder <- normalizePath(commandArgs(TRUE)[1])
files <- list.files(folder, pattern = "[.]Rmd$")
out <- tempfile()
exam <- exams2html(as.list(files), n = 1, dir = out, edir = folder, quiet = TRUE, mathjax = FALSE)
for (exercise in exam[[1]]) {
  meta <- exercise$metainfo
  if (!meta$type %in% c("num", "cloze")) cat(meta$file, "has the type", meta$type, "\n")
  solutions <- unlist(meta$solution)
  tolerances <- unlist(meta$tolerance)
  if (any(!is.finite(solutions)) || any(tolerances <= 0) || length(tolerances) != length(solutions)) cat(meta$file, "has no numbers\n")
  if (meta$type == "cloze" && length(exercise$questionlist) != length(solutions)) cat(meta$file, "has questions without answers\n")
  cat(sprintf("%s %s %d\n", meta$file, meta$type, length(solutions)), file = file.path(folder, "compiled.txt"), append = TRUE)
}
exams2moodle(as.list(files), n = 1, dir = out, edir = folder, quiet = TRUE)
if (!any(grepl("NUMERICAL|numerical", readLines(file.path(out, "moodlequiz.xml"))))) cat("Moodle gets no numerical question\n")
exams2qti12(as.list(files), n = 1, dir = out, edir = folder, quiet = TRUE)
