public import CairoBackend
import Drawing
public import Foundation

/// A finished figure, which can be encoded in three formats. The same figure gives the same bytes on every run.
public struct Figure: Sendable {
    public typealias Format = PictureFormat

    /// The figure's name among its lesson's figures; nil if it is the only one.
    public let name: String?
    let picture: Picture
    let press: Press

    /// The headline, which states the result and is made from the numbers.
    public var title: String { picture.title }
    /// One or two sentences for readers who can't see the figure.
    public var alternativeText: String { picture.alternative }
    /// A longer description, with numbers.
    public var longDescription: String { picture.description }
    /// The size in points (1/72 inch) when printed.
    public var size: (width: Double, height: Double) { (picture.size.width, picture.size.height) }

    /// The bytes of the file.
    /// - Throws: ``BackstepError`` if the figure is too large for the format.
    public func bytes(as format: Format) throws(BackstepError) -> [UInt8] {
        try press.bytes(of: picture, as: format)
    }

    /// Writes a file in the format of its extension: svg, pdf or png. The file is written atomically, and missing folders are created.
    /// - Throws: ``BackstepError`` if the extension is another, or the file can't be written.
    public func write(to url: URL) throws(BackstepError) {
        guard let format = Format(rawValue: url.pathExtension.lowercased()) else {
            throw BackstepError(
                .usage, "\(url.lastPathComponent) is not a figure's name; expected one that ends in \(Format.endingsInWords)")
        }
        try WholeFile.write(try bytes(as: format), to: url.path)
    }
}
