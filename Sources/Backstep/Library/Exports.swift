// Themes and formats are declared in the modules that draw. Re-exporting them lets programs use them with `import Backstep` alone.
@_exported public import CairoBackend
@_exported public import Drawing
