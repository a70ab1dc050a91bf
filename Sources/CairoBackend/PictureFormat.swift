/// A kind of file; its name is the file's ending too.
public enum PictureFormat: String, CaseIterable, Hashable, Sendable {
    /// Scalable, for the web.
    case svg
    /// For LaTeX.
    case pdf
    /// Pixels, two a point, for word processors.
    case png
}
