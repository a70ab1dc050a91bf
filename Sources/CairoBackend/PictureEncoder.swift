package import Drawing

package struct PictureEncoder: Sendable {
    private let book: FontBook
    package init(_ book: FontBook) { self.book = book }
    /// The whole file.
    package func encode(_ picture: Picture, as format: PictureFormat) throws(EncodingError) -> [UInt8] { throw .cairo("to come") }
    /// A page a picture.
    package func encodePDF(pages: [Picture]) throws(EncodingError) -> [UInt8] { throw .cairo("to come") }
    /// The svg element alone, to stand inside an HTML page.
    package func encodeInlineSVG(_ picture: Picture) throws(EncodingError) -> String { throw .cairo("to come") }
}
