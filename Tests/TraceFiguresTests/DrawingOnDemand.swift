import CairoBackend
import Drawing
import Foundation
import Telling
import Testing
import Traces

@testable import TraceFigures

/// Writes pictures into the folder that BACKSTEP_DRAW names, for looking at them.
@Suite("Pictures to look at", .enabled(if: ProcessInfo.processInfo.environment["BACKSTEP_DRAW"] != nil))
struct DrawingOnDemand {
    static func write(_ picture: Picture, _ name: String, _ book: FontBook) throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["BACKSTEP_DRAW"] ?? "/tmp")
        try Data(try PictureEncoder(book).encode(picture, as: .png)).write(to: folder.appendingPathComponent(name + ".png"))
    }

    /// BACKSTEP_DRAW_ONLY names the networks that are drawn; all without it.
    static func draws(_ name: String) -> Bool {
        ProcessInfo.processInfo.environment["BACKSTEP_DRAW_ONLY"]?.split(separator: ",").contains { $0 == name } ?? true
    }

    @Test("network diagrams", arguments: [FontBook.Preference.installed, .fallback]) func networks(preference: FontBook.Preference) throws {
        let book = try FontBook(preferring: preference)
        let measurer = CairoTextMeasurer(book)
        let suffix = preference == .fallback ? "-fallback" : ""
        for (name, trace) in try SampleTraces.all() where Self.draws(name) {
            let plain = try #require(networkDiagram(trace, measurer: measurer))
            try Self.write(plain, "network-\(name)\(suffix)", book)
            let products = NetworkDiagramOptions(sample: name == "batch" ? .mean : .number(0), showsProducts: true)
            try Self.write(try #require(networkDiagram(trace, options: products, measurer: measurer)), "products-\(name)\(suffix)", book)
        }
    }

    @Test("frames", arguments: [FontBook.Preference.installed, .fallback]) func frames(preference: FontBook.Preference) throws {
        let book = try FontBook(preferring: preference)
        let measurer = CairoTextMeasurer(book)
        let suffix = preference == .fallback ? "-fallback" : ""
        for (name, trace) in try SampleTraces.all() where NetworkScene.suits(trace) && Self.draws(name) {
            if preference == .fallback, name != "mazur" { continue }
            let scene = try #require(NetworkScene(trace, reserve: 6, measurer: measurer))
            let sequence = FrameSequence(trace, steps: trace.steps(), scene: scene, measurer: measurer)
            let every = name == "mazur" ? 1 : max(1, sequence.count / 7)
            for index in stride(from: 0, to: sequence.count, by: every) {
                try Self.write(sequence.picture(index), "frame-\(name)-\(index + 1)\(suffix)", book)
            }
        }
    }
}
