package import Forms

/// The shape of a layer's output, and where in the file it comes from.
package struct KnownShape {
    package var shape: SampleShape
    /// The layer, or "input".
    package var maker: String
    package var mark: SourceMark

    package init(shape: SampleShape, maker: String, mark: SourceMark) {
        self.shape = shape
        self.maker = maker
        self.mark = mark
    }

    /// "hidden (4:12)".
    package var origin: String { "\(maker) (\(mark.line):\(mark.column))" }

    /// "hidden gives 3 features (4:12)".
    package var gives: String { "\(maker) gives \(shape) (\(mark.line):\(mark.column))" }
}
