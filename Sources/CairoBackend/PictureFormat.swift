/// The format of a picture file. The raw value is also the file name extension.
public enum PictureFormat: String, CaseIterable, Hashable, Sendable {
    /// Scalable, for the web.
    case svg
    /// For LaTeX.
    case pdf
    /// Pixels, for word processors: two per point, fewer for wide pictures.
    case png
}
