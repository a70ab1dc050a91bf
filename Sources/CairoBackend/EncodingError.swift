/// Why a picture could not be encoded.
package enum EncodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The picture's sides and the longest possible side, in points.
    case size(width: Double, height: Double, limit: Double)
    /// The number of pixels that the picture would have, and the most possible.
    case pixels(Int, limit: Int)
    /// A number of the display list that is not finite or too large to draw; `place` says what it belongs to.
    case number(Double, place: String)
    case noPages
    case cairo(String)
    case compression(Int)

    package var description: String {
        switch self {
        case .size(let width, let height, let limit):
            "a picture of \(width) × \(height) pt cannot be drawn; each side must be above 0 and at most \(limit) pt"
        case .pixels(let count, let limit): "a picture of \(count) pixels cannot be drawn; at most \(limit) are possible"
        case .number(let number, let place): "\(number) cannot be drawn, as \(place)"
        case .noPages: "a document needs at least one page"
        case .cairo(let message): "cairo failed: \(message)"
        case .compression(let code): "zlib failed with code \(code)"
        }
    }
}
