import CZlib

/// A checksum of a figure's whole file except the checksum itself, which detects changes to the drawing. (The embedded data have a seal of
/// their own.) It is a CRC-32, written as eight hexadecimal digits.
enum FileChecksum {
    /// The placeholder until the checksum is known.
    static let unknown = "00000000"

    static func digits(of file: [UInt8], without place: Range<Int>) -> String {
        let check = file.withUnsafeBufferPointer { bytes in
            [0..<place.lowerBound, place.upperBound..<bytes.count].filter { !$0.isEmpty }.reduce(crc32(0, nil, 0)) { check, part in
                crc32(check, UnsafeBufferPointer(rebasing: bytes[part]).baseAddress, uInt(part.count))
            }
        }
        let digits = String(check, radix: 16)
        return String(repeating: "0", count: max(0, unknown.utf8.count - digits.utf8.count)) + digits
    }

    /// The file with its checksum written at `place`; unchanged if that is nil.
    static func written(into file: [UInt8], at place: Range<Int>?) -> [UInt8] {
        guard let place else { return file }
        var file = file
        file.replaceSubrange(place, with: digits(of: file, without: place).utf8)
        return file
    }
}

extension EmbeddedLesson {
    /// Tells whether a figure's file is damaged or was changed; nil if it is as Backstep wrote it. Allows any bytes.
    /// - Parameter isWhole: whether these are all bytes of the file. Otherwise they are the last of a PDF, and only its end is checked.
    package static func damage(of file: [UInt8], isWhole: Bool) -> DamagedFigure? {
        let place: Range<Int>?
        var digits: Range<Int>?
        if file.starts(with: LessonInPNG.signature) {
            place = LessonInPNG.checksumPlace(in: file)
            digits = place.map { $0.upperBound - 4 - FileChecksum.unknown.utf8.count..<$0.upperBound - 4 }
        } else if file.starts(with: "%PDF-".utf8) {
            place = LessonInPDF.checksumPlace(in: file)
            digits = place
            guard isWhole || LessonInPDF.isEnded(file) else {
                return DamagedFigure("it is damaged: the file ends before the document does")
            }
        } else {
            place = LessonInSVG.checksumPlace(in: file)
            digits = place
        }
        guard let place, let digits else {
            return DamagedFigure("its file has no checksum: it is damaged, or an older Backstep drew it")
        }
        guard isWhole, !file[digits].elementsEqual(FileChecksum.digits(of: file, without: place).utf8) else { return nil }
        return DamagedFigure("it was changed since Backstep drew it: it is damaged, or another program rewrote it")
    }
}
