/// At most 256 colours, and an image as rows of indices into them. A filter byte 0 precedes each row.
struct Palette {
    /// Red, green, blue and alpha of each colour, in order of first appearance, or, if colours were merged, the most frequent first.
    private(set) var colors: [SIMD4<UInt8>] = []
    private(set) var rows: [UInt8] = []

    /// The largest error of a channel, of 255, that can't be seen in the antialiased edge of a letter or a line. If there are more than 256
    /// colours, nearly all are shades of such edges.
    static let unseen: UInt32 = 12

    /// A colour that covers this part of the picture or more fills areas, whose tints mean something, and is kept exactly.
    private static let area = 2000

    private static let most = 256
    /// A picture with more colours than this has gradations that 256 colours can't represent.
    private static let mostCounted = 1 << 13

    /// Nil if the raster has too many colours.
    /// - Parameter tolerance: the largest error of a pixel's channels, of 255, if there are more than 256 colours.
    init?(of raster: Raster, tolerance: UInt32 = 0) {
        guard let counted = ColorCounts(of: raster, most: tolerance == 0 ? Self.most : Self.mostCounted),
            let (chosen, numbers) = Self.choice(of: counted, tolerance: tolerance)
        else { return nil }
        colors = chosen.map { raster.channels(of: $0) }
        // Zeros, which are also the filter bytes.
        rows = [UInt8](repeating: 0, count: (raster.width + 1) * raster.height)
        rows.withUnsafeMutableBufferPointer { rows in
            raster.visitRuns { color, row, columns in
                let start = row * (raster.width + 1) + 1
                let number = counted.place(of: color).map { numbers[$0] } ?? 0
                rows[start + columns.lowerBound..<start + columns.upperBound].update(repeating: number)
            }
        }
    }

    /// The colours of the palette, and for each counted colour the index of its replacement, with the smallest sufficient tolerance.
    private static func choice(of counted: ColorCounts, tolerance: UInt32) -> (colors: [UInt32], numbers: [UInt8])? {
        let all = counted.colors
        guard all.count > most else { return (all, all.indices.map { UInt8($0) }) }
        let order = all.indices.sorted { (counted.counts[$1], all[$0]) < (counted.counts[$0], all[$1]) }
        let least = counted.counts.reduce(0, +) / area
        let fills = order.prefix { counted.counts[$0] > least }.count
        for tolerance in stride(from: 2, through: tolerance, by: 1) {
            if let choice = reduced(all, order: order, exact: fills, tolerance: tolerance) { return choice }
        }
        return nil
    }

    /// Goes through the colours by frequency: a colour is replaced by the first palette colour near it, or else becomes one. Nil if the
    /// palette gets too large.
    /// - Parameter exact: how many, from the most frequent on, become one in any case.
    private static func reduced(
        _ all: [UInt32], order: [Int], exact: Int, tolerance: UInt32
    ) -> (colors: [UInt32], numbers: [UInt8])? {
        var chosen: [UInt32] = []
        var numbers = [UInt8](repeating: 0, count: all.count)
        for (rank, place) in order.enumerated() {
            let number =
                rank < exact
                ? chosen.count
                : chosen.withUnsafeBufferPointer { chosen in
                    var number = 0
                    while number < chosen.count, !isNear(all[place], chosen[number], tolerance) { number += 1 }
                    return number
                }
            if number == chosen.count {
                guard number < most else { return nil }
                chosen.append(all[place])
            }
            numbers[place] = UInt8(number)
        }
        return (chosen, numbers)
    }

    /// Whether all four channels differ by at most `tolerance`. One comparison suffices since negative sums wrap around to large numbers.
    @inline(__always)
    private static func isNear(_ one: UInt32, _ other: UInt32, _ tolerance: UInt32) -> Bool {
        (one & 0xFF) &- (other & 0xFF) &+ tolerance <= 2 &* tolerance
            && (one >> 8 & 0xFF) &- (other >> 8 & 0xFF) &+ tolerance <= 2 &* tolerance
            && (one >> 16 & 0xFF) &- (other >> 16 & 0xFF) &+ tolerance <= 2 &* tolerance
            && (one >> 24) &- (other >> 24) &+ tolerance <= 2 &* tolerance
    }
}

/// The colours of an image in order of first appearance, with the number of pixels of each. It is an open hash table, which is fast for
/// drawings: they have few colours and long runs of the same one.
private struct ColorCounts {
    private(set) var colors: [UInt32] = []
    private(set) var counts: [Int] = []
    private var slots: [Int16]
    private let shift: UInt32

    /// Nil if there are more than `most` colours.
    /// - Parameter most: a power of two.
    init?(of raster: Raster, most: Int) {
        // Four slots for each colour.
        let bits = (4 * most).trailingZeroBitCount
        slots = [Int16](repeating: -1, count: 1 << bits)
        shift = UInt32(32 - bits)
        var isWithin = true
        raster.visitRuns { color, _, columns in
            guard isWithin else { return }
            let slot = slot(of: color)
            if slots[slot] < 0 {
                isWithin = colors.count < most
                guard isWithin else { return }
                slots[slot] = Int16(colors.count)
                colors.append(color)
                counts.append(0)
            }
            counts[Int(slots[slot])] += columns.count
        }
        guard isWithin else { return nil }
    }

    /// The index of a colour; nil if the image does not have it.
    func place(of color: UInt32) -> Int? {
        let place = slots[slot(of: color)]
        return place < 0 ? nil : Int(place)
    }

    private func slot(of color: UInt32) -> Int {
        var slot = Int(truncatingIfNeeded: (color &* 0x9E37_79B1) >> shift)
        while slots[slot] >= 0, colors[Int(slots[slot])] != color { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }
}

extension Raster {
    /// Calls `body` for each run of pixels of the same colour, row by row. For an opaque raster the unused top byte is passed as 0.
    fileprivate func visitRuns(_ body: (_ color: UInt32, _ row: Int, _ columns: Range<Int>) -> Void) {
        let mask: UInt32 = isOpaque ? 0xFFFFFF : 0xFFFF_FFFF
        pixels.withUnsafeBufferPointer { pixels in
            for row in 0..<height {
                let (start, end) = (row * width, (row + 1) * width)
                var first = start
                while first < end {
                    let color = pixels[first] & mask
                    var next = first + 1
                    while next < end, pixels[next] & mask == color { next += 1 }
                    body(color, row, first - start..<next - start)
                    first = next
                }
            }
        }
    }
}

extension Raster {
    /// Red, green, blue and alpha of a pixel, not premultiplied.
    func channels(of pixel: UInt32) -> SIMD4<UInt8> {
        let alpha = isOpaque ? 255 : pixel >> 24
        func plain(_ shift: UInt32) -> UInt8 {
            let part = pixel >> shift & 0xFF
            return alpha == 255 ? UInt8(part) : alpha == 0 ? 0 : UInt8(min(255, (part * 255 + alpha / 2) / alpha))
        }
        return SIMD4(plain(16), plain(8), plain(0), UInt8(alpha))
    }

    /// The channels in a PNG: three if opaque, otherwise four.
    var bytesPerPixel: Int { isOpaque ? 3 : 4 }

    /// The channels of all rows, three where opaque, else four, each row after its filter byte 0.
    var rows: [UInt8] {
        let count = (width * bytesPerPixel + 1) * height
        let source = pixels.span
        // One byte more, since four bytes are stored for each pixel of three.
        return [UInt8](unsafeUninitializedCapacity: count + 1) { bytes, initialized in
            let target = UnsafeMutableRawBufferPointer(bytes)
            var place = 0
            for row in 0..<height {
                target[place] = 0
                place += 1
                for index in row * width..<(row + 1) * width {
                    if isOpaque {
                        target.storeBytes(of: (source[index].byteSwapped >> 8).littleEndian, toByteOffset: place, as: UInt32.self)
                        place += 3
                    } else {
                        let channels = channels(of: source[index])
                        for part in 0..<4 { target[place + part] = channels[part] }
                        place += 4
                    }
                }
            }
            initialized = count
        }
    }
}
