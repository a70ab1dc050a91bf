import Autodiff

/// The shape of one sample between two layers, without the batch axis.
package enum SampleShape: Hashable, Sendable {
    case features(Int)
    case sequence(time: Int, features: Int)
    case image(channels: Int, height: Int, width: Int)
    /// A number from 0 up to but excluding `count` for each time step.
    case tokens(time: Int, count: Int)

    package var axes: [Int] {
        switch self {
        case .features(let count): [count]
        case .sequence(let time, let features): [time, features]
        case .image(let channels, let height, let width): [channels, height, width]
        case .tokens(let time, _): [time]
        }
    }

    /// The number of scalars in a sample, or the largest Int where that would overflow.
    package var count: Int { axes.saturatingCount }

    /// The extent of the last axis, which `dense` maps.
    package var last: Int { axes[axes.count - 1] }

    package func replacingLast(with extent: Int) -> SampleShape {
        switch self {
        case .features: .features(extent)
        case .sequence(let time, _), .tokens(let time, _): .sequence(time: time, features: extent)
        case .image(let channels, let height, _): .image(channels: channels, height: height, width: extent)
        }
    }

    /// The number of channels for a normalization: axis 1, or the last axis of a sequence.
    package var channels: Int {
        switch self {
        case .features(let count): count
        case .sequence(_, let features): features
        case .image(let channels, _, _): channels
        case .tokens(let time, _): time
        }
    }
}

extension SampleShape: CustomStringConvertible {
    package var description: String {
        let list = "[" + axes.map(String.init).joined(separator: ", ") + "]"
        return switch self {
        case .features(let count): count == 1 ? "1 feature" : "\(count) features"
        case .sequence: "a sequence \(list) of time and features"
        case .image: "an image \(list) of channels, height and width"
        case .tokens(_, let count): "tokens \(list) of \(count) kinds"
        }
    }
}
