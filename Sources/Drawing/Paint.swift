/// A kind of thing in a picture. Every theme has a colour for each.
package enum ThemeRole: Hashable, Sendable {
    /// The background of the page.
    case page
    /// Words and results.
    case ink
    /// Secondary words.
    case quietInk
    /// Outlines and edges that are not highlighted.
    case restingLine
    /// Grid lines of plots.
    case grid
    /// The background of a formula's panel.
    case panel
    /// Forward values.
    case value
    /// Gradients, as text.
    case gradient
    /// Gradients, as lines.
    case gradientLine
    /// The background of a highlighted gradient.
    case gradientWash
    /// Local derivatives.
    case local
    /// A second local derivative in the same formula, such as the input that a weight multiplies.
    case place
    /// A series of a plot by its number, 0..<`seriesCount`. Series differ in dash and marker too.
    case series(Int)

    package static let seriesCount = 6

    /// All roles but the series.
    package static let kinds: [ThemeRole] = [
        .page, .ink, .quietInk, .restingLine, .grid, .panel, .value, .gradient, .gradientLine, .gradientWash, .local, .place,
    ]
}

/// What something is painted with: a role of the theme rather than a colour, so that the same picture can be light or dark. The encoder
/// looks the colour up in a theme (`Theme.color(of:)`).
///
///     Stroke(.restingLine.opacity(0.55).over(.page), width: 0.8)
package struct Paint: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case role(ThemeRole)
        /// The same colour in every theme: only for things that represent a colour themselves.
        case literal(Color)
    }

    package let source: Source
    /// Whether it is mixed with ink until it has the contrast that text on the page needs (4.5:1).
    package private(set) var isLegible = false
    /// The opacity of the source, 0…1.
    package private(set) var alpha = 1.0
    /// If set, the paint is an opaque mixture of the source and this role's colour in the ratio that `alpha` gives.
    package private(set) var ground: ThemeRole?

    package init(_ role: ThemeRole) { source = .role(role) }

    package init(literal color: Color) { source = .literal(color) }

    /// The opacity of the result, 0 (transparent) … 1 (opaque).
    package var opacity: Double {
        guard ground == nil else { return 1 }
        switch source {
        case .role: return alpha
        case .literal(let color): return color.alpha * alpha
        }
    }

    /// The same paint, opaque.
    package var covering: Paint { ground == nil ? opacity(1) : self }

    package func opacity(_ alpha: Double) -> Paint {
        var paint = self
        paint.alpha = alpha
        return paint
    }

    /// This paint laid over an opaque one.
    package func over(_ ground: ThemeRole) -> Paint {
        var paint = self
        paint.ground = ground
        return paint
    }

    /// This paint, mixed with as little ink as makes it readable as text on the page: for labels in the colour of a series.
    package var legible: Paint {
        var paint = self
        paint.isLegible = true
        return paint
    }
}

extension Paint {
    package static let page = Paint(.page)
    package static let ink = Paint(.ink)
    package static let quietInk = Paint(.quietInk)
    package static let restingLine = Paint(.restingLine)
    package static let grid = Paint(.grid)
    package static let panel = Paint(.panel)
    package static let value = Paint(.value)
    package static let gradient = Paint(.gradient)
    package static let gradientLine = Paint(.gradientLine)
    package static let gradientWash = Paint(.gradientWash)
    package static let local = Paint(.local)
    package static let place = Paint(.place)
    /// The paint of series number `number`; colours repeat after six.
    package static func series(_ number: Int) -> Paint { Paint(.series(Int(number.magnitude % UInt(ThemeRole.seriesCount)))) }
}

extension Theme {
    /// The colour of a role in this theme.
    package func color(of role: ThemeRole) -> Color {
        switch role {
        case .page: page
        case .ink: ink
        case .quietInk: quietInk
        case .restingLine: restingLine
        case .grid: grid
        case .panel: panel
        case .value: value
        case .gradient: gradient
        case .gradientLine: gradientLine
        case .gradientWash: gradientWash
        case .local: local
        case .place: place
        case .series(let number): series.isEmpty ? ink : series[Int(number.magnitude % UInt(series.count))]
        }
    }

    /// The colour of a paint in this theme; translucent if the paint is and has no `ground`.
    package func color(of paint: Paint) -> Color {
        var color =
            switch paint.source {
            case .role(let role): color(of: role)
            case .literal(let color): color
            }
        if paint.isLegible { color = legible(color) }
        if paint.alpha != 1 { color = color.opacity(color.alpha * paint.alpha) }
        return paint.ground.map { color.over(self.color(of: $0)) } ?? color
    }
}
