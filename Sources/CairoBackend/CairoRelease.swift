import CCairo

/// The release of the Cairo library in use.
package enum CairoRelease {
    /// "1.16.0".
    package static var text: String { String(cString: cairo_version_string()) }
}
