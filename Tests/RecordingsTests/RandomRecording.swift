import HostileInputs
import NumberFiles

@testable import Recordings

/// Recordings of a few layers and steps, of any numbers, with parts that are absent.
struct RandomRecording {
    private var generator: SeededGenerator
    /// The head, then the steps.
    private(set) var lines: [String] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed)
        let kinds = ["Linear", "ReLU", "Tanh", "Sigmoid", "Conv2d", ""]
        let count = Int.random(in: 1...5, using: &generator)
        var layers: [Recording.Layer] = []
        for index in 0..<count {
            let name = ["conv\(index)", "block.\(index)", "é\"\\ \(index)", "cell#\(index + 2)"].randomElement(using: &generator) ?? ""
            layers.append(Recording.Layer(name: "\(name)\(index)", kind: kinds.randomElement(using: &generator)))
        }
        // The writer of recordings is tested by what it reads back as.
        var recording = Recording(layers: layers, framework: "engine 1", model: "M")
        var step = 0
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            var numbers: [Double] = []
            for _ in layers { for quantity in Recording.Quantity.allCases { numbers.append(number(quantity)) } }
            recording.append(step: step, loss: number(.gradientNorm), numbers: numbers)
            step += Int.random(in: 1...9, using: &generator)
        }
        lines = recording.lines(most: .max) ?? []
    }

    private mutating func number(_ quantity: Recording.Quantity) -> Double {
        let isShare = quantity == .activationZeros || quantity == .gradientZeros
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: return Recording.absent
        case 1: return .nan
        case 2: return isShare ? 1 : .infinity
        case 3: return 0
        default:
            let part = Double.random(in: 0...1, using: &generator)
            guard !isShare else { return part }
            return Double(sign: .plus, exponent: Int.random(in: -1074...1023, using: &generator), significand: 1 + part / 2)
        }
    }

    var bytes: [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }
}

extension RecordingReader {
    static func read(_ text: String) throws(RecordingError) -> Recording {
        try read(FilePieces(Array(text.utf8)))
    }
}
