import Forms
import Foundation
package import NumberFiles

/// Reads a recording, line by line.
///
/// Of a layer's step seven numbers are kept, histograms are not; the text of the file is never in memory as a whole.
package struct RecordingReader {
    /// Sizes beyond which a recording is refused.
    package enum Limits {
        package static let layers = 10_000
        /// Layers times steps, of all runs together, for each of which there are up to seven numbers.
        package static let cells = 4_000_000
        package static let lineBytes = 64 << 20
        /// A few times what so many numbers take with histograms. Of a packed file, what is unpacked counts: zeros pack a thousandfold.
        package static let fileBytes = 4 << 30
        package static let steps = 1_000_000
        /// Blank ones count too.
        package static let lines = 2 * steps
    }

    var recording: Recording?
    var names = LayerNames([])
    var numbers: [Double] = []
    /// The lines in which a layer was seen last, to find one that stands twice.
    var seen: [Int] = []
    var line = 0
    private var digest = LineDigest()
    /// How many layers times steps it may still have.
    private let room: Int

    private init(room: Int) { self.room = room }

    /// - Parameter others: the recordings that are compared with this one, with which it shares the limit of cells.
    /// - Throws: `RecordingError`, with the number of the line.
    package static func read(_ pieces: FilePieces, beside others: [Recording] = []) throws(RecordingError) -> Recording {
        var reader = RecordingReader(room: others.reduce(Limits.cells) { $0 - $1.cells })
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var filled = 0
        var total = 0
        while true {
            // Left for the line feed that ends the last line, and what is read behind it.
            let spare = 1 + DecimalDigits.spare
            if filled >= buffer.count - spare { buffer += repeatElement(0, count: buffer.count) }
            guard filled <= Limits.lineBytes else {
                throw RecordingError(
                    line: reader.line + 1, "has more than \(Limits.lineBytes.grouped) bytes", expected: "at most that, which is 64 MiB")
            }
            let read = buffer.withUnsafeMutableBytes { bytes in
                Result { () throws(NumberFileError) in
                    try pieces.next(into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled..<bytes.count - spare]))
                }
            }
            let count = try read.mapError { RecordingError($0.what, expected: $0.expected) }.get()
            filled += count
            total += count
            guard total <= Limits.fileBytes else {
                throw RecordingError("has more than \(Limits.fileBytes.grouped) bytes", expected: "at most that, which is 4 GiB")
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
        guard line <= Limits.lines else {
            throw RecordingError("has more than \(Limits.lines.grouped) lines", expected: "at most that")
        }
        digest.mix(UnsafeRawBufferPointer(start: base, count: count))
        var scanner = LineScanner(base)
        if scanner.isAtEnd() { return }
        do {
            if recording == nil { try head(base) } else { try step(&scanner) }
        } catch {
            if isLast, recording != nil, !LineScanner.isWhole(base) {
                // The engine may be in the middle of writing it.
                recording?.isCutOff = true
                return
            }
            let place = error.what ?? "is damaged at byte \((error.place + 1).grouped)"
            throw RecordingError(line: line, place, expected: error.expected, hint: error.hint)
        }
        guard let recording else { return }
        guard recording.steps.count <= Limits.steps, recording.cells <= room else {
            let others = room < Limits.cells ? ", beside \((Limits.cells - room).grouped) steps times layers of other runs" : ""
            throw RecordingError(
                line: line,
                "brings the recording to \(recording.steps.count.grouped) steps of \(recording.layers.count.grouped) layers\(others)",
                expected: "at most \(Limits.steps.grouped) steps, and \(Limits.cells.grouped) of steps times layers",
                hint: "record every tenth step")
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
}
