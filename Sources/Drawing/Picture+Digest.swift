extension Picture {
    /// 16 hexadecimal digits that change when anything drawn changes: the page's size, its background, or the display list in the theme's
    /// colours (light, then dark, if it has both). They don't depend on the backend or its version, so that they tell whether a figure is
    /// out of date. Texts that are not drawn (title, descriptions, groups, lesson) are left out.
    package var digest: String {
        var hash = Fingerprint()
        hash.mix(1)  // the version of this encoding
        hash.mix(size.width)
        hash.mix(size.height)
        let items = content.ungrouped.items
        for theme in [Theme.named(look.theme), look.theme.darkScreen].compactMap(\.self) {
            hash.mix(theme.color(of: background))
            hash.mix(items, theme)
        }
        return hash.hexadecimal
    }
}

/// The 64-bit hash FNV-1a (Fowler, Noll, Vo) of a canonical encoding, in which a tag precedes each enumeration case and a count each list.
package struct Fingerprint: Hashable, Sendable {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func mix(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    package mutating func mix(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { mix(byte: UInt8(truncatingIfNeeded: number >> shift)) }
    }

    package mutating func mix(_ number: Int) { mix(UInt64(bitPattern: Int64(number))) }

    /// −0 is mixed as 0, and all NaNs alike, since they draw the same.
    package mutating func mix(_ number: Double) {
        mix(number.isNaN ? UInt64.max : number == 0 ? 0 : number.bitPattern)
    }

    package mutating func mix(_ text: String) {
        mix(text.utf8.count)
        for byte in text.utf8 { mix(byte: byte) }
    }

    package var hexadecimal: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Fingerprint {
    fileprivate mutating func mix(_ color: Color) {
        mix(color.red)
        mix(color.green)
        mix(color.blue)
        mix(color.alpha)
    }

    fileprivate mutating func mix(_ point: Point) {
        mix(point.x)
        mix(point.y)
    }

    fileprivate mutating func mix(_ path: Path) {
        mix(path.elements.count)
        for element in path.elements {
            switch element {
            case .move(let point):
                mix(byte: 0)
                mix(point)
            case .line(let point):
                mix(byte: 1)
                mix(point)
            case .curve(let a, let b, let end):
                mix(byte: 2)
                mix(a)
                mix(b)
                mix(end)
            case .close: mix(byte: 3)
            }
        }
    }

    fileprivate mutating func mix(_ stroke: Stroke, _ theme: Theme) {
        mix(theme.color(of: stroke.color))
        mix(stroke.width)
        mix(stroke.dash.count)
        for length in stroke.dash { mix(length) }
        switch stroke.cap {
        case .butt: mix(byte: 0)
        case .round: mix(byte: 1)
        case .square: mix(byte: 2)
        }
        switch stroke.join {
        case .miter: mix(byte: 0)
        case .round: mix(byte: 1)
        case .bevel: mix(byte: 2)
        }
    }

    fileprivate mutating func mix(_ font: Font) {
        switch font.family {
        case .words: mix(byte: 0)
        case .mathematics: mix(byte: 1)
        }
        switch font.weight {
        case .regular: mix(byte: 0)
        case .medium: mix(byte: 1)
        case .semibold: mix(byte: 2)
        case .bold: mix(byte: 3)
        }
        mix(byte: font.italic ? 1 : 0)
        mix(font.size)
    }

    fileprivate mutating func mix(_ run: TextRun, _ theme: Theme) {
        mix(run.text)
        mix(run.font)
        mix(theme.color(of: run.color))
        mix(run.origin)
        mix(run.rotation)
        if let halo = run.halo {
            mix(byte: 1)
            mix(theme.color(of: halo))
            mix(byte: run.followsText ? 1 : 0)
        } else {
            mix(byte: 0)
        }
    }

    fileprivate mutating func mix(_ items: [DisplayList.Item], _ theme: Theme) {
        mix(items.count)
        for item in items {
            switch item {
            case .fill(let path, let paint):
                mix(byte: 0)
                mix(path)
                mix(theme.color(of: paint))
            case .stroke(let path, let stroke):
                mix(byte: 1)
                mix(path)
                mix(stroke, theme)
            case .text(let run):
                mix(byte: 2)
                mix(run, theme)
            case .clipped(let rect, let inside):
                mix(byte: 3)
                mix(Point(rect.x, rect.y))
                mix(Point(rect.width, rect.height))
                mix(inside, theme)
            case .group(_, let inside):
                // Not reached: groups have been removed, since they are not drawn.
                mix(inside, theme)
            }
        }
    }
}
