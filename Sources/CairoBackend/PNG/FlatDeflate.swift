import CCairo

/// Deflates (RFC 1951) a few rows of a drawing in full colour, as a block that others can follow.
///
/// zlib looks at each byte. In a drawing most pixels are those above or to the left of them, and those are found at the speed of memory; the others are looked for
/// where the same two pixels stood last, as a letter's do.
struct FlatDeflate {
    private let width: Int
    private let bytesPerPixel: Int
    private let bytesPerRow: Int
    /// Of the bits of a pixel, those that count.
    private let mask: UInt32
    /// Literals, matches and the end, in order.
    private var tokens: [UInt32] = []
    /// Where pixels stood last.
    private var pairs = LastPlaces()
    private var singles = LastPlaces()
    /// Adler-32 of what the block holds.
    private(set) var adler = uLong(1)

    private static let isMatch: UInt32 = 1 << 31
    private static let endOfBlock: UInt32 = 256
    private static let longestMatch = 258
    private static let farthest = 32_768

    /// Rows of channels, each after its filter byte 0.
    init(_ raster: Raster, rows: Range<Int>) {
        width = raster.width
        bytesPerPixel = raster.isOpaque ? 3 : 4
        bytesPerRow = width * bytesPerPixel + 1
        mask = raster.isOpaque ? 0x00FF_FFFF : .max
        tokens.reserveCapacity(rows.count * bytesPerRow / 16)
        var line = [UInt8](repeating: 0, count: bytesPerRow + 1)
        var lastRow = adler
        raster.pixels.withUnsafeBufferPointer { pixels in
            let pixels = UnsafeBufferPointer(rebasing: pixels[rows.lowerBound * width..<rows.upperBound * width])
            for row in 0..<rows.count {
                add(literal: 0)
                let same = row == 0 || bytesPerRow > Self.farthest ? 0 : run(pixels, row * width, width, end: (row + 1) * width)
                add(match: same, distance: bytesPerRow)
                // A row like the one above has its sum.
                if same < width {
                    raster.write(rows.lowerBound + row, into: &line)
                    lastRow = adler32(1, line, uInt(bytesPerRow))
                    read(pixels, row, from: same, line)
                }
                adler = adler32_combine(adler, lastRow, bytesPerRow)
            }
        }
        add(literal: Self.endOfBlock)
    }

    /// The block, and an empty one after it, so that the next begins with a byte.
    var bytes: [UInt8] {
        let lengths = LengthCode.all
        let (codes, distanceCodes) = codes(lengths)
        // At most 15 and 5 bits for a length, 15 and 13 for a distance.
        var writer = BitWriter(capacity: 6 * tokens.count + 400)
        writer.writeHeader(codes, distanceCodes)
        for token in tokens {
            guard token & Self.isMatch != 0 else {
                writer.write(codes, Int(token))
                continue
            }
            let length = lengths[Int(token >> 16 & 0x1FF)]
            let distance = DistanceCode(Int(token & 0xFFFF) + 1)
            writer.write(codes, length.symbol)
            writer.write(length.extra, count: length.extraCount)
            writer.write(distanceCodes, distance.symbol)
            writer.write(distance.extra, count: distance.extraCount)
        }
        return writer.flushed()
    }
}

extension FlatDeflate {
    /// For literals and lengths, and for distances, by how often each occurs.
    private func codes(_ lengths: [LengthCode]) -> (HuffmanCode, HuffmanCode) {
        var literals = [Int](repeating: 0, count: 286)
        var distances = [Int](repeating: 0, count: 30)
        for token in tokens {
            if token & Self.isMatch == 0 {
                literals[Int(token)] += 1
            } else {
                literals[lengths[Int(token >> 16 & 0x1FF)].symbol] += 1
                distances[DistanceCode(Int(token & 0xFFFF) + 1).symbol] += 1
            }
        }
        return (HuffmanCode(counts: literals), HuffmanCode(counts: distances))
    }

    private mutating func read(_ pixels: UnsafeBufferPointer<UInt32>, _ row: Int, from start: Int, _ line: [UInt8]) {
        let (first, end) = (row * width, (row + 1) * width)
        let hasAbove = row > 0 && bytesPerRow <= Self.farthest
        var place = first + start
        while place < end {
            var (length, distance) = (0, 0)
            if hasAbove { (length, distance) = (run(pixels, place, width, end: end), bytesPerRow) }
            if length < 8, place > first {
                let left = run(pixels, place, 1, end: end)
                if left >= length, left > 0 { (length, distance) = (left, bytesPerPixel) }
            }
            // Two pixels, then at least the one.
            if length < 4, place + 1 < end {
                let (one, two) = (pixels[place] & mask, pixels[place + 1] & mask)
                let before = pairs.last(one &* 0x9E37_79B1 ^ two &* 0x85EB_CA6B, at: place)
                let found = run(pixels, place, since: before, end: end)
                if found.length > max(1, length) { (length, distance) = found }
            }
            if length == 0 {
                let before = singles.last((pixels[place] & mask) &* 0x9E37_79B1, at: place)
                (length, distance) = run(pixels, place, since: before, end: end)
            }
            if length > 0 {
                add(match: length, distance: distance)
                place += length
            } else {
                let at = 1 + (place - first) * bytesPerPixel
                for byte in at..<at + bytesPerPixel { add(literal: UInt32(line[byte])) }
                place += 1
            }
        }
    }

    /// How many pixels are those that stood at an earlier place, within its row, and how many bytes back that is.
    @inline(__always)
    private func run(_ pixels: UnsafeBufferPointer<UInt32>, _ place: Int, since before: Int?, end: Int) -> (length: Int, distance: Int) {
        guard let before else { return (0, 0) }
        // Each row has its filter byte.
        let distance = (place - before) * bytesPerPixel + place / width - before / width
        guard distance <= Self.farthest else { return (0, 0) }
        return (run(pixels, place, place - before, end: min(end, place + width - before % width)), distance)
    }

    /// How many pixels are those `distance` pixels before them.
    @inline(__always)
    private func run(_ pixels: UnsafeBufferPointer<UInt32>, _ place: Int, _ distance: Int, end: Int) -> Int {
        let bytes = UnsafeRawBufferPointer(pixels)
        let mask = UInt64(mask) << 32 | UInt64(mask)
        var next = place
        while next + 2 <= end {
            let here = bytes.loadUnaligned(fromByteOffset: 4 * next, as: UInt64.self)
            guard (here ^ bytes.loadUnaligned(fromByteOffset: 4 * (next - distance), as: UInt64.self)) & mask == 0 else { break }
            next += 2
        }
        while next < end, (pixels[next] ^ pixels[next - distance]) & self.mask == 0 { next += 1 }
        return next - place
    }

    @inline(__always)
    private mutating func add(literal: UInt32) { tokens.append(literal) }

    @inline(__always)
    private mutating func add(match pixels: Int, distance: Int) {
        let most = Self.longestMatch / bytesPerPixel
        var rest = pixels
        while rest > 0 {
            tokens.append(Self.isMatch | UInt32(min(rest, most) * bytesPerPixel) << 16 | UInt32(distance - 1))
            rest -= most
        }
    }
}

/// Where each of 4096 hashes occurred last. Two things may have one hash: what is found is to be compared.
private struct LastPlaces {
    private var places = [Int32](repeating: -1, count: 4096)

    /// Nil where the hash is new; its upper bits count.
    @inline(__always)
    mutating func last(_ hash: UInt32, at place: Int) -> Int? {
        let slot = Int(hash >> 20)
        let last = places[slot]
        places[slot] = Int32(truncatingIfNeeded: place)
        return last < 0 ? nil : Int(last)
    }
}

/// RFC 1951, section 3.2.5.
private struct LengthCode {
    var symbol = 0
    var extra: UInt32 = 0
    var extraCount = 0

    /// By the length, up to 258.
    static let all: [LengthCode] = {
        var codes = [LengthCode](repeating: LengthCode(), count: 259)
        var length = 3
        for symbol in 257..<285 {
            let extraCount = symbol < 265 ? 0 : (symbol - 261) / 4
            for extra in 0..<(1 << extraCount) where length < 258 {
                codes[length] = LengthCode(symbol: symbol, extra: UInt32(extra), extraCount: extraCount)
                length += 1
            }
        }
        codes[258] = LengthCode(symbol: 285)
        return codes
    }()
}

private struct DistanceCode {
    let symbol: Int
    let extra: UInt32
    let extraCount: Int

    @inline(__always)
    init(_ distance: Int) {
        guard distance > 4 else {
            (symbol, extra, extraCount) = (distance - 1, 0, 0)
            return
        }
        let rest = distance - 1
        let high = Int.bitWidth - 1 - rest.leadingZeroBitCount
        extraCount = high - 1
        symbol = 2 * high + (rest >> extraCount & 1)
        extra = UInt32(rest & ((1 << extraCount) - 1))
    }
}
