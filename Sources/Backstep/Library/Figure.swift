public import CairoBackend
import Drawing
public import Foundation

/// A finished figure, which becomes a file of one of three formats. The same figure gives the same bytes on every run.
public struct Figure: Sendable {
    public typealias Format = PictureFormat

    /// What tells it from its lesson's other figures; nil where it is the only one.
    public let name: String?
    let picture: Picture
    let press: Press

    /// What was found, made from the numbers.
    public var title: String { picture.title }
    /// One or two sentences for those who can't see the figure.
    public var alternativeText: String { picture.alternative }
    /// A longer account, with numbers.
    public var longDescription: String { picture.description }
    /// In points, at the size that it is printed at.
    public var size: (width: Double, height: Double) { (picture.size.width, picture.size.height) }

    /// The whole file.
    public func bytes(as format: Format) throws(BackstepError) -> [UInt8] {
        try press.bytes(of: picture, as: format)
    }

    /// Writes a file in the format of its ending. It appears whole or not at all; folders on the way are made.
    public func write(to url: URL) throws(BackstepError) {
        guard let format = Format(rawValue: url.pathExtension.lowercased()) else {
            throw BackstepError(.usage, "\(url.lastPathComponent) is no figure's name; expected one that ends in .svg, .pdf or .png")
        }
        try WholeFile.write(try bytes(as: format), to: url.path)
    }
}
