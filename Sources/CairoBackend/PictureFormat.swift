/// A file format; its name is the file's ending too.
package enum PictureFormat: String, CaseIterable, Hashable, Sendable { case svg, pdf, png }
