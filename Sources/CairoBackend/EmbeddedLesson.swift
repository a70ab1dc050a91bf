/// The lesson that a figure carries.
package enum EmbeddedLesson {
    /// The source inside a PNG, SVG or PDF; nil where there is none. Any bytes may be given.
    package static func extract(from bytes: [UInt8]) -> String? { nil }
}
