import Drawing
import Testing

@testable import CairoBackend

@Suite("A picture of the theme auto") struct AutoThemeTests {
    private let encoder: PictureEncoder

    init() throws { encoder = PictureEncoder(try FontBook()) }

    /// What is painted, in order.
    private func colors(_ svg: String, _ color: (_ property: String, _ value: String, _ name: String?) throws -> String) rethrows
        -> [String]
    {
        try svg.matches(of: #/ (fill|stroke)="(#[0-9a-f]{6})"([^>]*)>/#).map {
            try color(String($0.1), String($0.2), $0.3.firstMatch(of: #/ class="([^"]*)"/#).map { String($0.1) })
        }
    }

    @Test("has the colours of light as attributes, and those of dark as variables for a dark screen") func both() throws {
        let auto = try encoder.encodeInlineSVG(Specimen.picture(theme: .auto))
        let light = try encoder.encodeInlineSVG(Specimen.picture(theme: .light))
        let dark = try encoder.encodeInlineSVG(Specimen.picture(theme: .dark))
        let plain = colors(light) { _, value, _ in value }
        #expect(plain.count > 20)
        #expect(colors(auto) { _, value, _ in value } == plain)
        // Through the classes, each variable is what the dark picture has.
        let rules = Dictionary(
            uniqueKeysWithValues: auto.matches(of: #/\.(\S+?)\{(fill|stroke):var\(--([a-z0-9-]+)\)\}/#).map {
                (String($0.1), (String($0.2), String($0.3)))
            })
        let screen = try #require(auto.firstMatch(of: #/@media screen and \(prefers-color-scheme:dark\)\{#\S+?\{([^}]*)\}\}/#)).1
        let variables = Dictionary(
            uniqueKeysWithValues: screen.split(separator: ";").map {
                ($0.split(separator: ":")[0].dropFirst(2), String($0.split(separator: ":")[1]))
            })
        let seen = try colors(auto) { property, value, name in
            guard let name else { return value }
            let rule = try #require(rules[name])
            #expect(rule.0 == property)
            return try #require(variables[Substring(rule.1)])
        }
        #expect(seen == colors(dark) { _, value, _ in value })
    }

    @Test("shares no id and no class with others, each class with its rule") func names() throws {
        let pictures = ["One", "Two"].map { Specimen.picture(theme: .auto, title: $0) }
        let names = try pictures.map { picture in
            let svg = try encoder.encodeInlineSVG(picture)
            let ids = svg.matches(of: #/ id="([^"]*)"/#).map { String($0.1) }
            #expect(Set(ids).count == ids.count)
            let classes = svg.matches(of: #/ class="(b[^"]*)"/#).map { String($0.1) }
            #expect(!classes.isEmpty && classes.allSatisfy { svg.contains(".\($0){") })
            return Set(ids + classes)
        }
        #expect(names[0].isDisjoint(with: names[1]))
    }

    @Test("is light as PNG and PDF, and has a digest of its own") func pixels() throws {
        var (auto, light) = (Specimen.picture(theme: .auto), Specimen.picture())
        #expect(auto.digest != light.digest)
        #expect(try encoder.raster(of: auto).pixels == encoder.raster(of: light).pixels)
        // What a PDF carries besides is the digest.
        (auto.source, light.source) = (nil, nil)
        #expect(try encoder.encode(auto, as: .pdf).count == encoder.encode(light, as: .pdf).count)
    }
}
