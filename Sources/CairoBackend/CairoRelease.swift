import CCairo

/// The release of Cairo that draws.
package enum CairoRelease {
    /// "1.16.0".
    package static var text: String { String(cString: cairo_version_string()) }
}
