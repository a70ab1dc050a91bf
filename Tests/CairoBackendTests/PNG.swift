import CZlib
import Testing

/// A reader for the PNGs that we write: 8 bits, no filter but Up, not interlaced.
struct PNG {
    struct Malformed: Error {}

    var width = 0, height = 0, colorType = 0
    var palette: [UInt8] = [], transparency: [UInt8] = []
    var pixelsPerMeter: [Int] = []
    var texts: [String: String] = [:]
    var rows: [UInt8] = []

    init(_ bytes: [UInt8]) throws {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { throw Malformed() }
        func number(_ index: Int) -> Int { bytes[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) } }
        var index = 8
        var data: [UInt8] = []
        while index < bytes.count {
            let end = index + 8 + number(index)
            let name = String(decoding: bytes[(index + 4)..<(index + 8)], as: UTF8.self)
            let body = Array(bytes[(index + 8)..<end])
            guard Int(crc32(0, Array(bytes[(index + 4)..<end]), uInt(end - index - 4))) == number(end) else { throw Malformed() }
            switch name {
            case "IHDR": (width, height, colorType) = (number(index + 8), number(index + 12), Int(body[9]))
            case "PLTE": palette = body
            case "tRNS": transparency = body
            case "pHYs": pixelsPerMeter = [number(index + 8), number(index + 12), Int(body[8])]
            case "iTXt":
                let parts = body.split(separator: 0, omittingEmptySubsequences: false)
                texts[String(decoding: parts[0], as: UTF8.self)] = String(decoding: parts[5], as: UTF8.self)
            case "IDAT": data += body
            default: break
            }
            index = end + 4
        }
        let channels = [2: 3, 3: 1, 6: 4][colorType] ?? 0
        rows = [UInt8](repeating: 0, count: (width * channels + 1) * height)
        var count = uLong(rows.count)
        guard uncompress(&rows, &count, data, uLong(data.count)) == Z_OK, Int(count) == rows.count else { throw Malformed() }
        let stride = width * channels + 1
        for start in Swift.stride(from: 0, to: rows.count, by: stride) where rows[start] != 0 {
            guard rows[start] == 2, start > 0 else { throw Malformed() }
            for place in start + 1..<start + stride { rows[place] &+= rows[place - stride] }
        }
    }

    /// Red, green, blue, alpha of all pixels.
    var pixels: [SIMD4<UInt8>] {
        let channels = [2: 3, 3: 1, 6: 4][colorType] ?? 0
        var pixels: [SIMD4<UInt8>] = []
        for row in 0..<height {
            for column in 0..<width {
                let start = row * (width * channels + 1) + 1 + column * channels
                switch colorType {
                case 3:
                    let number = Int(rows[start])
                    pixels.append(
                        SIMD4(Array(palette[(3 * number)..<(3 * number + 3)]) + [number < transparency.count ? transparency[number] : 255]))
                case 2: pixels.append(SIMD4(Array(rows[start..<(start + 3)]) + [255]))
                default: pixels.append(SIMD4(rows[start..<(start + 4)]))
                }
            }
        }
        return pixels
    }
}
