import Foundation
import Testing

@Suite("A folder of pages becomes a folder of pages with pictures", .waiting)
struct SiteTests {
    static let product = "```backstep {#fig-product caption=\"A *product*.\"}\nexpression: f = x * y\nat: {x: 2, y: 3}\n```\n"

    /// Pages at two depths, with a lesson that they share, and files that are no pages.
    static func docs() throws -> Scratch {
        let scratch = try Scratch()
        for folder in ["docs/en/images", "docs/.git", "docs/_build"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        _ = try scratch.write("# Start\n\nSee {numref}`fig-product` and [the other page](en/sum.md).\n\n\(product)", to: "docs/index.md")
        _ = try scratch.write("# Sum\n\n![](../sum.backstep.yaml)\n\n![by hand](images/photo.png)\n", to: "docs/en/sum.md")
        _ = try scratch.write("# No picture\r\n", to: "docs/en/plain.markdown")
        _ = try scratch.write("title: Sum\nexpression: f = x + y\nat: {x: 2, y: 3}\n", to: "docs/sum.backstep.yaml")
        try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(to: scratch.url("docs/en/images/photo.png"))
        for name in [".git/config", "_build/made.md"] { _ = try scratch.write("secret", to: "docs/\(name)") }
        return scratch
    }

    @discardableResult
    static func build(_ scratch: Scratch, _ more: String...) throws -> Run {
        try Run(["notes", scratch.url("docs").path, "-o", scratch.url("site").path] + more)
    }

    private func site(_ scratch: Scratch) throws -> [String] {
        try scratch.files.filter { $0.hasPrefix("site/") && $0.contains(".") }.map { String($0.dropFirst(5)) }
    }

    private func text(_ path: String, _ scratch: Scratch) throws -> String { try String(contentsOf: scratch.url(path), encoding: .utf8) }

    private static let whole = [
        ".backstep-site.json", "en/figures/sum.drawn.json", "en/figures/sum.sum.svg", "en/images/photo.png", "en/plain.markdown",
        "en/sum.md", "figures/index.drawn.json", "figures/index.fig-product.svg", "index.md", "sum.backstep.yaml",
    ]

    @Test("Pages are drawn, other files copied, hidden ones left out, and relative paths kept")
    func builds() throws {
        let scratch = try Self.docs()
        let run = try Self.build(scratch, "--strict", "--for", "github")
        #expect(run.status == 0 && run.errors.hasSuffix("docs: 2 drawn, 0 kept; 2 files copied, 0 deleted\n"), "\(run.errors)")
        #expect(try site(scratch) == Self.whole)
        #expect(try text("site/en/sum.md", scratch).contains("](figures/sum.sum.svg)\n\n![by hand](images/photo.png)\n"))
        #expect(try text("site/index.md", scratch).contains("See [Figure 1](#fig-product) and [the other page](en/sum.md)."))
        for path in ["en/images/photo.png", "en/plain.markdown", "sum.backstep.yaml"] {
            #expect(try Data(contentsOf: scratch.url("site/\(path)")) == Data(contentsOf: scratch.url("docs/\(path)")))
        }
    }

    @Test("A second run draws, copies and writes nothing")
    func unchanged() throws {
        let scratch = try Self.docs()
        try Self.build(scratch)
        func stamps() throws -> [String: Date] {
            Dictionary(
                uniqueKeysWithValues: try site(scratch).map {
                    let values = try scratch.url("site/\($0)").resourceValues(forKeys: [.contentModificationDateKey])
                    return ($0, try #require(values.contentModificationDate))
                })
        }
        let before = try stamps()
        let run = try Self.build(scratch)
        #expect(run.errors.hasSuffix("docs: 0 drawn, 2 kept; 0 files copied, 0 deleted\n"), "\(run.errors)")
        #expect(try stamps() == before)
    }

    @Test("What was made of files that are gone is deleted, and nothing else")
    func clears() throws {
        let scratch = try Self.docs()
        try Self.build(scratch)
        // Files of somebody else, and one that was changed.
        for path in ["site/mine.txt", "site/en/figures/mine.svg", "site/en/images/photo.png"] { _ = try scratch.write("mine", to: path) }
        try FileManager.default.removeItem(at: scratch.url("docs/en"))
        let run = try Self.build(scratch)
        #expect(run.status == 0 && run.errors.hasSuffix("; 0 files copied, 2 deleted\n"), "\(run.errors)")
        #expect(
            try site(scratch) == [
                ".backstep-site.json", "en/figures/mine.svg", "en/images/photo.png", "figures/index.drawn.json",
                "figures/index.fig-product.svg", "index.md", "mine.txt", "sum.backstep.yaml",
            ])
        try FileManager.default.removeItem(at: scratch.url("docs/index.md"))
        try FileManager.default.removeItem(at: scratch.url("docs/sum.backstep.yaml"))
        try Self.build(scratch)
        #expect(try site(scratch) == [".backstep-site.json", "en/figures/mine.svg", "en/images/photo.png", "mine.txt"])
    }

    @Test("A page whose pictures go into another folder leaves none in the old one")
    func moves() throws {
        let scratch = try Self.docs()
        try Self.build(scratch)
        _ = try scratch.write("---\nbackstep: {folder: drawn}\n---\n\(Self.product)", to: "docs/index.md")
        try Self.build(scratch)
        #expect(try site(scratch).filter { $0.contains("fig-product") } == ["drawn/index.fig-product.svg"])
        #expect(!FileManager.default.fileExists(atPath: scratch.url("site/figures").path))
    }

    @Test("A list that names files elsewhere, or pictures that are none, deletes nothing of them")
    func hostileList() throws {
        let scratch = try Self.docs()
        try Self.build(scratch)
        let other = try scratch.write("mine", to: "other.txt")
        _ = try scratch.write("mine", to: "site/page.fig.svg")
        // The hash of "mine" is what an unchanged copy has.
        let list = try text("site/.backstep-site.json", scratch)
        _ = try scratch.write("mine", to: "docs/copy.txt")
        try Self.build(scratch)
        let hash = try #require(
            try text("site/.backstep-site.json", scratch).firstMatch(of: #/"copy.txt" : \{\s*"fingerprint" : "([0-9a-f]+)"/#)?.1)
        for name in ["../other.txt", other, "en/../../other.txt", "./../other.txt", "a//b", ""] {
            _ = try scratch.write(
                list.replacingOccurrences(
                    of: "\"files\" : {",
                    with: "\"files\" : { \"\(name)\": {\"fingerprint\": \"\(hash)\", \"pictures\": \"../../..\"},"),
                to: "site/.backstep-site.json")
            #expect(try Self.build(scratch).status == 0)
            #expect(FileManager.default.fileExists(atPath: other))
        }
        #expect(try text("site/page.fig.svg", scratch) == "mine")
        for text in ["{", "[]", "{\"files\": 1}"] {
            _ = try scratch.write(text, to: "site/.backstep-site.json")
            let run = try Self.build(scratch)
            #expect(run.status == 73 && run.errors.contains("is not a list of files that Backstep wrote"), "\(run.errors)")
        }
    }

    @Test("A file that no run has made is not replaced, and then nothing is written")
    func others() throws {
        let scratch = try Self.docs()
        try FileManager.default.createDirectory(at: scratch.url("site"), withIntermediateDirectories: true)
        _ = try scratch.write("mine", to: "site/sum.backstep.yaml")
        let run = try Self.build(scratch)
        #expect(run.status == 73 && run.errors.contains("site/sum.backstep.yaml exists and was not made from"), "\(run.errors)")
        #expect(try site(scratch) == ["sum.backstep.yaml"] && text("site/sum.backstep.yaml", scratch) == "mine")
    }

    @Test("A copied file keeps its name, even if a picture would have it")
    func names() throws {
        let scratch = try Self.docs()
        try FileManager.default.createDirectory(at: scratch.url("docs/figures"), withIntermediateDirectories: true)
        _ = try scratch.write("mine", to: "docs/figures/index.fig-product.svg")
        for _ in 0..<2 {
            #expect(try Self.build(scratch).status == 0)
            #expect(try text("site/figures/index.fig-product.svg", scratch) == "mine")
            #expect(try text("site/index.md", scratch).contains("](figures/index.fig-product-2.svg)"))
        }
    }

    @Test("Folders that contain each other, and the standard output, are refused with what is expected")
    func refusals() throws {
        let scratch = try Self.docs()
        let docs = scratch.url("docs").path
        for (output, says) in [
            (docs, "is in the folder"), ("\(docs)/en/../made", "is in the folder"), ("-", "expected -o and a folder for the new pages"),
        ] {
            let run = try Run("notes", docs, "-o", output)
            #expect(run.status == 64 && run.errors.contains(says), "\(run.errors)")
        }
        #expect(try Run("notes", "-", "--check").status == 64 && Run("notes", docs, "-o", "x", "--check", "--watch").status == 64)
    }

    @Test("A folder that cannot be read is an error, and the rest is made")
    func closedFolder() throws {
        let scratch = try Scratch()
        _ = try scratch.write("file\n", to: "plain.txt")
        let made = try Tool(["sh", "-c", "mkdir -p docs && cp plain.txt docs && mkdir \"docs/$(printf 'a\\377')\""], in: scratch.folder)
        guard made.status == 0 else { return print("skipped: names that are not UTF-8") }
        let run = try Run("notes", "docs", "-o", "built", in: scratch.folder)
        #expect(run.status == 1 && run.errors.contains(": error: the folder cannot be read: "), "\(run.errors)")
        #expect(FileManager.default.fileExists(atPath: scratch.url("built/plain.txt").path))
        #expect(try Run("notes", "docs", "-o", "built", "--check", in: scratch.folder).status == 1)
        #expect(try Tool(["sh", "-c", "rmdir docs/a*"], in: scratch.folder).status == 0)
        _ = try scratch.write("other\n", to: "docs/plain.txt")
        let again = try Run("notes", "docs", "-o", "built", in: scratch.folder)
        #expect(again.status == 0 && again.errors.hasSuffix("; 1 file copied, 0 deleted\n"), "\(again.errors)")
    }

    @Test("Links that lead out of the folder, and what is no file, are left out with a sentence")
    func links() throws {
        let scratch = try Self.docs()
        let outside = try scratch.write("secret", to: "outside.txt")
        for (name, target) in [("out.txt", outside), ("in.txt", "sum.backstep.yaml"), ("gone.txt", "nowhere"), ("up", "..")] {
            try FileManager.default.createSymbolicLink(atPath: scratch.url("docs/\(name)").path, withDestinationPath: target)
        }
        #expect(mkfifo(scratch.url("docs/pipe.md").path, 0o600) == 0)
        let run = try Self.build(scratch)
        #expect(run.status == 0)
        for name in ["out.txt", "gone.txt", "up", "pipe.md"] { #expect(run.errors.contains("/\(name): it is left out"), "\(run.errors)") }
        #expect(try site(scratch) == (Self.whole + ["in.txt"]).sorted())
        #expect(try text("site/in.txt", scratch) == text("docs/sum.backstep.yaml", scratch))
    }

    @Test("A page that is wrong is told with its line; the others are made, or with --strict nothing")
    func wrong() throws {
        let scratch = try Self.docs()
        _ = try scratch.write("# A\n\n```backstep\nexpression: f = x *\n```\n", to: "docs/a.md")
        let strict = try Self.build(scratch, "--strict")
        #expect(strict.status == 65 && strict.errors.contains("docs/a.md:4:"), "\(strict.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch.url("site").path))
        let run = try Self.build(scratch)
        #expect(run.status == 0 && run.errors.contains("docs/a.md:4:"), "\(run.errors)")
        #expect(try text("site/a.md", scratch).contains("**Not drawn.**"))
        // A page of which nothing can be made: what was made of it stays, and is not taken for gone.
        try Data([0xFF, 0xFE]).write(to: scratch.url("docs/a.md"))
        _ = try scratch.write("---\nbackstep: {theme: drak}\n---\n", to: "docs/b.md")
        let failed = try Self.build(scratch)
        #expect(failed.status == 65, "\(failed.errors)")
        #expect(failed.errors.contains("docs/a.md:1:1: error: ") && failed.errors.contains("docs/b.md:2:1: error: theme"))
        #expect(try text("site/a.md", scratch).contains("**Not drawn.**") && scratch.files.contains("site/index.md"))
    }

    /// What changes the source, and what the check then says.
    static let changes: [(path: String, text: String, says: String)] = [
        ("docs/index.md", "# New\n\nSee.\n\n" + product.replacing("x * y", with: "y * x"), "docs/index.md:5:1: error: "),
        ("docs/sum.backstep.yaml", "title: New\nexpression: f = x + y\nat: {x: 2, y: 3}\n", "docs/en/sum.md:3:1: error: "),
        ("docs/sum.backstep.yaml", "title: New\nexpression: f = x + y\nat: {x: 2, y: 3}\n", "site/sum.backstep.yaml: error: this is not "),
        ("docs/en/plain.markdown", "# Other\r\n", "site/en/plain.markdown:1:1: error: this is not what "),
        ("site/figures/index.fig-product.svg", "<svg/>", "docs/index.md:5:1: error: "), ("site/index.md", "", "site/index.md:1:1: error: "),
        ("docs/new.md", "", "site/new.md: error: the page that is made of "),
        ("docs/index.md", "```backstep\nexpression: f =\n```\n", "docs/index.md:2:"),
    ]

    @Test("--check finds nothing after a build, and each change with the page's line; it writes nothing", arguments: changes)
    func checks(path: String, text: String, says: String) throws {
        let scratch = try Self.docs()
        #expect(try Self.build(scratch, "--check").status == 1)
        #expect(!FileManager.default.fileExists(atPath: scratch.url("site").path))
        try Self.build(scratch)
        let fresh = try Self.build(scratch, "--check")
        #expect(fresh.status == 0 && fresh.errors.isEmpty, "\(fresh.errors)")
        _ = try scratch.write(text, to: path)
        let before = try scratch.files
        let stale = try Self.build(scratch, "--check")
        #expect(stale.status == 1 && stale.errors.contains(says), "\(stale.errors)")
        #expect(try scratch.files == before)
        try Self.build(scratch)
        #expect(try Self.build(scratch, "--check").status == (says.contains("index.md:2") ? 1 : 0))
    }

    @Test("--check of a single page says which pictures are not what their blocks say")
    func checksPage() throws {
        let scratch = try Self.docs()
        @discardableResult
        func notes(_ more: String...) throws -> Run {
            try Run(["notes", scratch.url("docs/index.md").path, "-o", scratch.url("made/index.md").path] + more)
        }
        #expect(try notes("--check").errors.contains("docs/index.md:5:1: error: "))
        try notes()
        #expect(try notes("--check").status == 0)
        // Lists are only notes for the next run: without them a picture is drawn, and compared.
        try FileManager.default.removeItem(at: scratch.url("made/figures/index.drawn.json"))
        #expect(try notes("--check").status == 0)
        #expect(try notes("--check", "--theme", "dark").status == 1)
    }

    @Test("What is gone from the folder is found by --check")
    func checksGone() throws {
        let scratch = try Self.docs()
        try Self.build(scratch)
        try FileManager.default.removeItem(at: scratch.url("docs/en/sum.md"))
        let run = try Self.build(scratch, "--check")
        #expect(run.status == 1 && run.errors.contains("site/en/sum.md: error: "), "\(run.errors)")
    }

    @Test("--watch draws again when a page or lesson is saved, made or deleted")
    func watches() throws {
        let scratch = try Self.docs()
        let watching = try Watching(["notes", scratch.url("docs").path, "-o", scratch.url("site").path, "--watch"])
        func text(_ path: String) -> String { (try? String(contentsOf: scratch.url("site/\(path)"), encoding: .utf8)) ?? "" }
        #expect(watching.eventually { text("index.md").contains("fig-product") })
        _ = try scratch.write("# Changed\n\n\(Self.product)", to: "docs/index.md")
        #expect(watching.eventually { text("index.md").hasPrefix("# Changed") })
        _ = try scratch.write("title: Renamed\nexpression: f = x + y\nat: {x: 2, y: 3}\n", to: "docs/sum.backstep.yaml")
        #expect(watching.eventually { text("en/figures/sum.sum.svg").contains("Renamed") })
        _ = try scratch.write("# New\n", to: "docs/new.md")
        #expect(watching.eventually { text("new.md") == "# New\n" })
        _ = try scratch.write("```backstep\nexpression: f =\n```\n", to: "docs/new.md")
        #expect(watching.eventually { text("new.md").contains("Not drawn") })
        try FileManager.default.removeItem(at: scratch.url("docs/new.md"))
        #expect(watching.eventually { !FileManager.default.fileExists(atPath: scratch.url("site/new.md").path) })
        #expect(watching.interrupted() == 130)
    }
}
