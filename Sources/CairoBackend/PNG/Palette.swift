/// At most 256 colours, and an image as rows of their numbers, each row after its filter byte 0.
struct Palette {
    /// Red, green, blue, alpha, in the order in which they first appear.
    private(set) var colors: [SIMD4<UInt8>] = []
    private(set) var rows: [UInt8] = []

    /// Nil where there are more colours.
    init?(of raster: Raster) {
        var numbers = ColorNumbers()
        let mask: UInt32 = raster.isOpaque ? 0xFFFFFF : 0xFFFF_FFFF
        guard raster.pixels.allSatisfy({ numbers.number(of: $0 & mask) != nil }) else { return nil }
        colors = numbers.colors.map { raster.channels(of: $0) }
        rows.reserveCapacity((raster.width + 1) * raster.height)
        for row in 0..<raster.height {
            rows.append(0)
            for pixel in raster.pixels[row * raster.width..<(row + 1) * raster.width] { rows.append(numbers.number(of: pixel & mask) ?? 0) }
        }
    }
}

/// Colours numbered as they come, 256 at most: an open hash table, since a drawing has long stretches of one colour and few colours in all.
private struct ColorNumbers {
    private(set) var colors: [UInt32] = []
    private var slots = [Int16](repeating: -1, count: Self.slotCount)
    private var last: (color: UInt32, number: UInt8)?

    private static let slotCount = 1024

    /// Nil where it would be one too many.
    @inline(__always)
    mutating func number(of color: UInt32) -> UInt8? {
        if let last, last.color == color { return last.number }
        var slot = Int(truncatingIfNeeded: (color &* 0x9E37_79B1) >> 22)
        while slots[slot] >= 0, colors[Int(slots[slot])] != color { slot = (slot + 1) % Self.slotCount }
        if slots[slot] < 0 {
            guard colors.count < 256 else { return nil }
            slots[slot] = Int16(colors.count)
            colors.append(color)
        }
        let number = UInt8(slots[slot])
        last = (color, number)
        return number
    }
}

extension Raster {
    /// Red, green, blue, alpha of a pixel, not multiplied by alpha.
    func channels(of pixel: UInt32) -> SIMD4<UInt8> {
        let alpha = isOpaque ? 255 : pixel >> 24
        func plain(_ shift: UInt32) -> UInt8 {
            let part = pixel >> shift & 0xFF
            return alpha == 255 ? UInt8(part) : alpha == 0 ? 0 : UInt8(min(255, (part * 255 + alpha / 2) / alpha))
        }
        return SIMD4(plain(16), plain(8), plain(0), UInt8(alpha))
    }

    /// In a PNG: three channels where opaque, else four.
    var bytesPerPixel: Int { isOpaque ? 3 : 4 }

    /// The channels of rows, three where opaque, else four, each row after its filter byte 0.
    func bytes(of rows: Range<Int>) -> [UInt8] {
        let count = (width * bytesPerPixel + 1) * rows.count
        let source = pixels.span
        // One more, since four bytes are written for the three of a pixel.
        return [UInt8](unsafeUninitializedCapacity: count + 1) { bytes, initialized in
            let target = UnsafeMutableRawBufferPointer(bytes)
            var place = 0
            for row in rows {
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
