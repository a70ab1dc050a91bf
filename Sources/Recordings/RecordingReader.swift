import Escaping
import Forms
import Foundation
package import NumberFiles

/// Reads a recording, line by line.
///
/// Only the numbers that figures need are kept, and only those of the layers that are asked for; the text of the file is never in memory as a whole.
package struct RecordingReader {
    /// Sizes beyond which a recording is refused.
    package enum Limits {
        package static let layers = 10_000
        /// Layers times steps, for each of which there are up to seven numbers.
        package static let cells = 4_000_000
        package static let lineBytes = 64 << 20
        package static let fileBytes = 16 << 30
        package static let steps = 1_000_000
    }

    private let prefixes: [String]
    private var recording: Recording?
    private var names = LayerNames([])
    /// The place of each of the file's layers among those that are kept; nil for one that isn't.
    private var slots: [Int?] = []
    private var numbers: [Double] = []
    /// The lines in which a layer was seen last, to find one that stands twice.
    private var seen: [Int] = []
    private var line = 0
    private var digest = LineDigest()

    private init(prefixes: [String]) { self.prefixes = prefixes }

    /// - Parameter prefixes: keeps the layers whose names begin with one of them; if empty, all.
    /// - Throws: `RecordingError`, with the number of the line.
    package static func read(_ pieces: FilePieces, layers prefixes: [String] = []) throws(RecordingError) -> Recording {
        var reader = RecordingReader(prefixes: prefixes)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var filled = 0
        var total = 0
        while true {
            // A byte is left for the line feed that ends the last line.
            if filled >= buffer.count - 1 { buffer += repeatElement(0, count: buffer.count) }
            guard filled <= Limits.lineBytes else {
                throw RecordingError(
                    line: reader.line + 1, "has more than \(Limits.lineBytes.grouped) bytes", expected: "at most that, which is 64 MiB")
            }
            let read = buffer.withUnsafeMutableBytes { bytes in
                Result { () throws(NumberFileError) in
                    try pieces.next(into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled..<bytes.count - 1]))
                }
            }
            let count = try read.mapError { RecordingError($0.what, expected: $0.expected) }.get()
            filled += count
            total += count
            guard total <= Limits.fileBytes else {
                throw RecordingError("has more than \(Limits.fileBytes.grouped) bytes", expected: "at most that, which is 16 GiB")
            }
            if count == 0 {
                buffer[filled] = UInt8(ascii: "\n")
                try buffer.withUnsafeBufferPointer { (bytes) throws(RecordingError) in try reader.last(bytes[..<filled]) }
                return try reader.finished()
            }
            let rest = try buffer.withUnsafeBufferPointer { (bytes) throws(RecordingError) in try reader.lines(bytes[..<filled]) }
            if rest > 0 {
                buffer.withUnsafeMutableBytes { bytes in
                    let (to, from) = (bytes[..<(filled - rest)], bytes[rest..<filled])
                    if let to = UnsafeMutableRawBufferPointer(rebasing: to).baseAddress,
                        let from = UnsafeMutableRawBufferPointer(rebasing: from).baseAddress
                    {
                        memmove(to, from, filled - rest)
                    }
                }
                filled -= rest
            }
        }
    }

    /// Reads the lines that end in these bytes.
    /// - Returns: where the line begins that doesn't.
    private mutating func lines(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) throws(RecordingError) -> Int {
        guard let base = bytes.base.baseAddress else { return 0 }
        var start = 0
        while let end = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start) {
            let count = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - (base + start)
            try take(base + start, count: count, isLast: false)
            start += count + 1
        }
        return start
    }

    /// Reads what stands behind the last line feed; the byte behind it is one.
    private mutating func last(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) throws(RecordingError) {
        guard let base = bytes.base.baseAddress, !bytes.isEmpty else { return }
        try take(base, count: bytes.count, isLast: true)
    }

    private mutating func take(_ base: UnsafePointer<UInt8>, count: Int, isLast: Bool) throws(RecordingError) {
        line += 1
        digest.mix(UnsafeRawBufferPointer(start: base, count: count))
        var scanner = LineScanner(base)
        if scanner.isAtEnd() { return }
        do {
            if recording == nil { try head(base) } else { try step(&scanner) }
        } catch {
            if isLast, recording != nil {
                // The engine may be in the middle of writing it.
                recording?.isCutOff = true
                return
            }
            let place = error.what ?? "is damaged at byte \((error.place + 1).grouped)"
            throw RecordingError(line: line, place, expected: error.expected, hint: error.hint)
        }
        guard let recording else { return }
        let cells = recording.steps.count * max(recording.layers.count, 1)
        guard recording.steps.count <= Limits.steps, cells <= Limits.cells else {
            throw RecordingError(
                line: line, "brings the recording to \(recording.steps.count.grouped) steps of \(recording.layers.count.grouped) layers",
                expected: "at most \(Limits.steps.grouped) steps, and \(Limits.cells.grouped) of steps times layers",
                hint: "choose layers: in the lesson, or record every tenth step")
        }
    }

    private func finished() throws(RecordingError) -> Recording {
        guard var recording else {
            throw RecordingError("is empty", expected: Self.headForm)
        }
        guard !recording.steps.isEmpty else {
            throw RecordingError("has no step", expected: "a line for each step after the first")
        }
        recording.digest = digest.hexadecimal
        return recording
    }

    // MARK: The head

    static let headForm = "a first line with {\"format\": \"backstep.recording\", \"version\": 1, \"layers\": […]}"

    private mutating func head(_ base: UnsafePointer<UInt8>) throws(LineFault) {
        // The format is looked for first: a file of another kind may have any keys.
        guard try Self.format(base) == "backstep.recording" else {
            throw LineFault(place: 0, what: "is no head of a recording", expected: Self.headForm)
        }
        var scanner = LineScanner(base)
        var version: Int?
        var layers: [Recording.Layer]?
        var (framework, model): (String?, String?)
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "format") {
                _ = try scanner.text()
            } else if scanner.reads(key, "version") {
                version = try scanner.count()
            } else if scanner.reads(key, "framework") {
                framework = try Self.words(&scanner, "framework")
            } else if scanner.reads(key, "model") {
                model = try Self.words(&scanner, "model")
            } else if scanner.reads(key, "layers") {
                layers = try Self.layers(&scanner)
            } else {
                throw scanner.unknown(key, among: ["format", "version", "framework", "model", "layers"], in: "the head")
            }
        }
        try scanner.finish()
        guard version == 1 else {
            throw LineFault(
                place: 0, what: version.map { "is of version \($0.grouped)" } ?? "has no version", expected: "\"version\": 1")
        }
        guard let layers else { throw LineFault(place: 0, what: "has no layers", expected: "\"layers\": [{\"name\": …, \"kind\": …}, …]") }
        var kept: [Recording.Layer] = []
        slots = layers.map { layer in
            guard prefixes.isEmpty || prefixes.contains(where: layer.name.hasPrefix) else { return nil }
            kept.append(layer)
            return kept.count - 1
        }
        for prefix in prefixes where !layers.contains(where: { $0.name.hasPrefix(prefix) }) {
            let near = layers.lazy.map(\.name).prefix(1000).nearest(to: prefix)
            throw LineFault(
                place: 0, what: "has no layer whose name begins with \(Printable.quoted(prefix))",
                expected: layers.isEmpty ? nil : "the beginning of a name such as \(Printable.quoted(layers[0].name))",
                hint: near.map { "did you mean \(Printable.quoted($0))?" })
        }
        names = LayerNames(layers.map(\.name))
        guard names.isUnique else { throw LineFault(place: 0, what: "has two layers of one name", expected: "names that differ") }
        seen = [Int](repeating: 0, count: layers.count)
        numbers = [Double](repeating: Recording.absent, count: kept.count * Recording.Quantity.allCases.count)
        recording = Recording(layers: kept, framework: framework, model: model)
    }

    private static func format(_ base: UnsafePointer<UInt8>) throws(LineFault) -> String? {
        var scanner = LineScanner(base)
        guard (try? scanner.openObject()) != nil else { return nil }
        var isFirst = true
        while let key = try? scanner.member(&isFirst) {
            if scanner.reads(key, "format") { return (try? scanner.text()).flatMap { try? scanner.string($0) } }
            guard (try? scanner.skip()) != nil else { return nil }
        }
        return nil
    }

    private static func words(_ scanner: inout LineScanner, _ what: String) throws(LineFault) -> String? {
        if scanner.isNull() { return nil }
        let text = try scanner.text()
        guard text.count <= 4 * Forms.Limits.nameCharacters else {
            throw LineFault(
                place: text.start, what: "has a long \(what)", expected: "at most \(Forms.Limits.nameCharacters.grouped) characters")
        }
        return try scanner.string(text)
    }

    private static func layers(_ scanner: inout LineScanner) throws(LineFault) -> [Recording.Layer] {
        var layers: [Recording.Layer] = []
        try scanner.openList()
        var isFirst = true
        while try scanner.element(&isFirst) {
            guard layers.count < Limits.layers else {
                throw LineFault(
                    place: scanner.place, what: "has more than \(Limits.layers.grouped) layers", expected: "at most that")
            }
            try scanner.openObject()
            var (name, kind): (String?, String?)
            var isFirstKey = true
            while let key = try scanner.member(&isFirstKey) {
                if scanner.reads(key, "name") {
                    name = try words(&scanner, "name")
                } else if scanner.reads(key, "kind") {
                    kind = try words(&scanner, "kind")
                } else {
                    throw scanner.unknown(key, among: ["name", "kind"], in: "a layer of the head")
                }
            }
            guard let name else {
                throw LineFault(place: scanner.place, what: "has a layer without a name", expected: "\"name\": \"conv1\"")
            }
            layers.append(Recording.Layer(name: name, kind: kind))
        }
        return layers
    }

    // MARK: Steps

    private mutating func step(_ scanner: inout LineScanner) throws(LineFault) {
        var step: Int?
        var loss = Recording.absent
        for index in numbers.indices { numbers[index] = Recording.absent }
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "step") {
                step = try scanner.count()
            } else if scanner.reads(key, "loss") {
                if !scanner.isNull() { loss = try scanner.measure() }
            } else if scanner.reads(key, "layers") {
                if !scanner.isNull() { try layers(&scanner) }
            } else {
                throw scanner.unknown(key, among: ["step", "loss", "layers"], in: "the step")
            }
        }
        try scanner.finish()
        guard let step else { throw LineFault(place: 0, what: "has no step", expected: "\"step\": and its number") }
        if let last = recording?.steps.last, step <= last {
            throw LineFault(
                place: 0, what: "is step \(step.grouped), after step \(last.grouped)", expected: "steps that rise",
                hint: step == last ? nil : "a run that began anew is a recording of its own")
        }
        recording?.append(step: step, loss: loss, numbers: numbers)
    }

    private mutating func layers(_ scanner: inout LineScanner) throws(LineFault) {
        try scanner.openObject()
        var isFirst = true
        // Layers mostly stand in the order of the head.
        var next = 0
        while let key = try scanner.member(&isFirst) {
            let layer: Int
            if next < names.count, names.withBytes(of: next, { scanner.reads(key, $0) }) {
                layer = next
            } else {
                let name = try scanner.string(key)
                guard let index = names.index(of: name) else {
                    throw LineFault(
                        place: key.start, what: "has the layer \(Printable.quoted(name)), which the head has not",
                        expected: "a layer of the head", hint: names.nearest(to: name).map { "did you mean \(Printable.quoted($0))?" })
                }
                layer = index
            }
            guard seen[layer] < line else {
                throw LineFault(
                    place: key.start, what: "has the layer \(Printable.quoted(names.name(layer))) twice", expected: "each layer once")
            }
            seen[layer] = line
            next = layer + 1
            if !scanner.isNull() { try parts(&scanner, slot: slots[layer]) }
        }
    }

    private mutating func parts(_ scanner: inout LineScanner, slot: Int?) throws(LineFault) {
        let first = slot.map { $0 * Recording.Quantity.allCases.count }
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "activation") {
                try signal(&scanner, first, .activationSize, "rms", .activationZeros, in: "activation")
            } else if scanner.reads(key, "gradient") {
                try signal(&scanner, first, .gradientNorm, "norm", .gradientZeros, in: "gradient")
            } else if scanner.reads(key, "weight") {
                try weight(&scanner, first)
            } else {
                throw scanner.unknown(key, among: ["activation", "gradient", "weight"], in: "a layer")
            }
        }
    }

    /// The numbers of a layer's output, or of its gradient.
    private mutating func signal(
        _ scanner: inout LineScanner, _ first: Int?, _ size: Recording.Quantity, _ word: StaticString, _ zeros: Recording.Quantity,
        in part: String
    ) throws(LineFault) {
        if scanner.isNull() { return }
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, word) {
                try number(&scanner, first, size)
            } else if scanner.reads(key, "zeros") {
                try number(&scanner, first, zeros)
            } else if scanner.reads(key, "histogram") {
                try Self.histogram(&scanner)
            } else {
                throw scanner.unknown(key, among: ["\(word)", "zeros", "histogram"], in: part)
            }
        }
    }

    private mutating func weight(_ scanner: inout LineScanner, _ first: Int?) throws(LineFault) {
        if scanner.isNull() { return }
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "norm") {
                try number(&scanner, first, .weightNorm)
            } else if scanner.reads(key, "gradient") {
                try number(&scanner, first, .weightGradient)
            } else if scanner.reads(key, "update") {
                try number(&scanner, first, .weightUpdate)
            } else {
                throw scanner.unknown(key, among: ["norm", "gradient", "update"], in: "weight")
            }
        }
    }

    private mutating func number(_ scanner: inout LineScanner, _ first: Int?, _ quantity: Recording.Quantity) throws(LineFault) {
        if scanner.isNull() { return }
        let place = scanner.place
        let value = try scanner.measure()
        let isShare = quantity == .activationZeros || quantity == .gradientZeros
        // NaN compares as false.
        if value < 0 || (isShare && value > 1) {
            throw scanner.fault(isShare ? "a share from 0 to 1" : "a number of at least 0", at: place)
        }
        if let first { numbers[first + quantity.rawValue] = value }
    }

    /// No figure needs it; it is only checked.
    private static func histogram(_ scanner: inout LineScanner) throws(LineFault) {
        if scanner.isNull() { return }
        try scanner.openObject()
        var (low, high): (Double?, Double?)
        var isFirst = true
        let place = scanner.place
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "low") {
                low = try scanner.number()
            } else if scanner.reads(key, "high") {
                high = try scanner.number()
            } else if scanner.reads(key, "counts") {
                try scanner.openList()
                var isFirstCount = true
                while try scanner.element(&isFirstCount) { _ = try scanner.count() }
            } else {
                throw scanner.unknown(key, among: ["low", "high", "counts"], in: "histogram")
            }
        }
        if let low, let high, low >= high { throw scanner.fault("a histogram whose low is below its high", at: place) }
    }
}

/// The names of a file's layers: by number as bytes, and the number by name.
private struct LayerNames {
    private let names: [String]
    private let bytes: [[UInt8]]
    private let numbers: [String: Int]

    init(_ names: [String]) {
        self.names = names
        bytes = names.map { Array($0.utf8) }
        numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    var count: Int { names.count }
    var isUnique: Bool { numbers.count == names.count }

    func name(_ index: Int) -> String { names[index] }
    func index(of name: String) -> Int? { numbers[name] }
    func nearest(to name: String) -> String? { names.prefix(1000).nearest(to: name) }
    func withBytes<Value>(of index: Int, _ use: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        bytes[index].withUnsafeBufferPointer(use)
    }
}

/// A number that differs where the lines of a file do, made of eight bytes at a time.
private struct LineDigest {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func mix(_ line: UnsafeRawBufferPointer) {
        let whole = line.count & ~7
        var place = 0
        while place < whole {
            mix(line.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian)
            place += 8
        }
        var rest: UInt64 = 0
        while place < line.count {
            rest = rest << 8 | UInt64(line[place])
            place += 1
        }
        mix(rest)
        mix(UInt64(line.count))
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0x0000_0100_0000_01B3
        state ^= state >> 29
    }

    var hexadecimal: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
