import NeuralNetworks
import Notation
import Telling
import Traces

/// What a page needs to mark a worksheet's answers without holding them.
///
/// The number line is cut into cells as wide as a question's accepted range, so that the range is one of them. The page gets the width, where
/// in a cell 0 lies, and hashes of the numbers of those cells that mean something: the right one and those of the classic mistakes, in no
/// telling order. It hashes the cell of what a student types and looks it up. This keeps answers from being read, in the page or in its
/// source; whoever has a program try all cells finds them, as does whoever has a program work the lesson.
struct SealedAnswers {
    let worksheet: Worksheet
    /// Makes the hashes of equal answers differ between sheets.
    let salt: String

    /// - Parameter name: of the sheet.
    init(_ worksheet: Worksheet, name: String) {
        self.worksheet = worksheet
        let given = worksheet.given.map { "\($0.address)=\($0.printed.ascii)" }.joined(separator: ";")
        salt = Self.hexadecimal(SHA256.digest(of: "\(name);\(given)").prefix(8))
    }

    private var mistakes: [Mistake] {
        Mistake.allCases.filter { kind in worksheet.questions.contains { $0.mistakes.contains { $0.mistake == kind } } }
    }

    var json: JSON {
        .object([
            "salt": .string(salt), "mistakes": .array(mistakes.map { .string($0.words) }),
            "questions": .array(worksheet.questions.compactMap(sealed)),
        ])
    }

    private func sealed(_ question: Worksheet.Question) -> JSON? {
        guard let cells = Cells(question.accepted) else { return nil }
        var meanings: [Int: UInt16] = [:]
        for (mistake, value) in question.mistakes {
            guard let bit = mistakes.firstIndex(of: mistake) else { continue }
            // What the printed digits leave open of the right answer, they leave open of the mistake's too.
            for cell in cells.around(value) { meanings[cell, default: 0] |= 1 << UInt16(bit) }
        }
        meanings[cells.right] = 0
        let entries = meanings.map { cell, meaning in
            let digest = SHA256.digest(of: "\(salt)/\(question.id)/\(cell)")
            let hidden = (UInt16(digest[8]) << 8 | UInt16(digest[9])) ^ meaning
            return Self.hexadecimal(digest.prefix(8) + [UInt8(hidden >> 8), UInt8(hidden & 0xFF)])
        }
        return .object([
            "id": .string(question.id), "width": .number(cells.width), "offset": .number(cells.offset),
            "digits": .integer(question.printed.significantDigits),
            "entries": .array(entries.sorted().map(JSON.string)),
        ])
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The number line in cells of one width; the accepted range is one of them, with a margin for rounding.
private struct Cells {
    let width: Double
    /// In widths, from 0 up to 1: where the cells begin.
    let offset: Double
    let right: Int

    /// - Returns: nil where the numbers of the cells would be too large to be exact.
    init?(_ range: ClosedRange<Double>) {
        let size = range.upperBound - range.lowerBound
        width = size * (1 + 2e-6)
        guard size > 0, abs(range.lowerBound / size) < Self.most else { return nil }
        let start = (range.lowerBound - size * 1e-6) / width
        right = Int(start.rounded(.down))
        offset = start - start.rounded(.down)
    }

    private static let most = 1e12

    private func cell(of value: Double) -> Int { Int((value / width - offset).rounded(.down)) }

    /// The cells within half a width of a value.
    func around(_ value: Double) -> ClosedRange<Int> {
        guard abs(value / width) < Self.most else { return right...right }
        return cell(of: value - width / 2)...cell(of: value + width / 2)
    }
}
