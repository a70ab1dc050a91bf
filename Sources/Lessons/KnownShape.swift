import NeuralNetworks

/// What comes out of a layer, and which place of the file made it so.
struct KnownShape {
    var shape: SampleShape
    /// The layer, or "input".
    var maker: String
    var mark: SourceMark

    /// "hidden (4:12)".
    var origin: String { "\(maker) (\(mark.line):\(mark.column))" }

    /// "hidden gives 3 features (4:12)".
    var gives: String { "\(maker) gives \(shape) (\(mark.line):\(mark.column))" }
}
