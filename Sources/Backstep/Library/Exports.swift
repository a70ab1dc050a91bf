// What a program asks a figure for (its theme, its format) is listed once, in the modules that draw; whoever imports Backstep sees it without
// naming them.
@_exported public import CairoBackend
@_exported public import Drawing
