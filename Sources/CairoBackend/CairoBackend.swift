// The module CairoBackend.
