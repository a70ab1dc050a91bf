import Foundation
import Testing

@Suite("Makers of sites draw their pages with the documentation's few lines", .waiting)
struct SiteReaderTests {
    /// The block of a language in the documentation that begins with a word.
    private func documented(_ language: String, _ beginning: String) throws -> String {
        let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: home.appendingPathComponent("docs/NOTES.md"), encoding: .utf8)
        let blocks = page.components(separatedBy: "```\(language)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        return try #require(blocks.first { $0.hasPrefix(beginning) }, "\(language) \(beginning)")
    }

    /// Runs a program that finds this `backstep` on the path; nil if it is not installed.
    private func run(_ arguments: [String], needs tool: String, isModule: Bool = true, in scratch: Scratch) throws -> Tool? {
        let isThere = try isModule ? Tool(["python3", "-c", "import \(tool)"], in: scratch.folder).status == 0 : Tool.exists(tool)
        guard isThere else {
            print("skipped: \(tool)")
            return nil
        }
        let path = URL(fileURLWithPath: Run.program).deletingLastPathComponent().path
        let own = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try Tool(["env", "PATH=\(path):\(own)"] + arguments, in: scratch.folder)
    }

    /// What a browser says of a page: for each picture whether it is drawn, and the texts of captions and of links to the figure.
    private func expect(_ path: String, pictures: Int, captions: [String], links: [String] = [], in scratch: Scratch) throws {
        let html = try String(contentsOf: scratch.url(path), encoding: .utf8)
        let script = """
            <script>addEventListener('load', () => { document.title = JSON.stringify({
              pictures: [...document.images].map(i => i.naturalWidth > 100 && i.alt != ''),
              captions: [...document.querySelectorAll('figcaption')].map(c => c.innerText.replace(/[\\u00b6\\uf0c1]/g, '').trim()),
              links: [...document.querySelectorAll('a[href$="#fig-product"]:not(.headerlink)')].map(l => l.innerText),
              target: document.getElementById('fig-product')?.tagName}) })</script></body>
            """
        let probe = (path as NSString).deletingLastPathComponent + "/probe.html"
        _ = try scratch.write(html.replacingOccurrences(of: "</body>", with: script), to: probe)
        guard try Tool.exists("chromium") else {
            print("skipped: chromium")
            return
        }
        let dump = try Tool(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(scratch.folder.path)/profile",
                "--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom", scratch.url(probe).absoluteString,
            ],
            in: scratch.folder)
        struct Seen: Decodable {
            var pictures: [Bool]
            var captions, links: [String]
            var target: String?
        }
        let title = try #require(dump.text.firstMatch(of: #/<title>(\{.*?\})<\/title>/#)?.1, "\(dump.text.prefix(3000))")
        let seen = try JSONDecoder().decode(Seen.self, from: Data(title.utf8))
        #expect(seen.pictures == Array(repeating: true, count: pictures), "\(path)")
        #expect(seen.captions == captions)
        #expect(seen.links == links)
        #expect(captions.isEmpty || seen.target == "FIGURE")
    }

    @Test("MkDocs, with its theme and an address for each page")
    func mkdocs() throws {
        let scratch = try SiteTests.docs()
        _ = try scratch.write(try documented("python", "# backstep_hook.py"), to: "backstep_hook.py")
        _ = try scratch.write(try documented("yaml", "# mkdocs.yml"), to: "mkdocs.yml")
        _ = try scratch.write("# Widths\n\n```backstep {#fig-product width=60%}\nfile: chain-rule\n```\n", to: "docs/en/width.md")
        guard let run = try run(["python3", "-m", "mkdocs", "build", "--strict", "-q"], needs: "mkdocs", in: scratch) else { return }
        #expect(run.status == 0, "\(run.text)")
        try expect("site/index.html", pictures: 1, captions: ["Figure 1. A product."], links: ["Figure 1"], in: scratch)
        try expect("site/en/width/index.html", pictures: 1, captions: ["Figure 1. The smallest chain rule"], in: scratch)
        // The picture of somebody else is no picture here.
        let html = try String(contentsOf: scratch.url("site/en/sum/index.html"), encoding: .utf8)
        #expect(html.contains("src=\"../figures/sum.sum.svg\""), "\(html)")
        #expect(try String(contentsOf: scratch.url("site/en/width/index.html"), encoding: .utf8).contains("width=\"60%\""))
    }

    @Test("MyST in Sphinx, which counts the figures of all pages")
    func sphinx() throws {
        let scratch = try SiteTests.docs()
        _ = try scratch.write("project = 'Notes'\n" + documented("python", "# conf.py"), to: "docs/conf.py")
        let toc = "\n```{toctree}\nen/second\n```\n"
        _ = try scratch.write("# Start\n\n{numref}`fig-product`\n\n\(SiteTests.product)\(toc)", to: "docs/index.md")
        let nested = "1. In a list:\n\n   ```backstep {#fig-list width=300px}\n   file: chain-rule\n   ```\n"
        _ = try scratch.write("# Second\n\n{numref}`fig-product` {numref}`fig-list`\n\n\(nested)", to: "docs/en/second.md")
        for name in ["docs/en/sum.md", "docs/en/plain.markdown"] { try FileManager.default.removeItem(at: scratch.url(name)) }
        for _ in 0..<2 {
            let sphinx = ["python3", "-m", "sphinx", "-W", "-q", "-b", "html", "docs", "site"]
            guard let run = try run(sphinx, needs: "myst_parser", in: scratch) else { return }
            #expect(run.status == 0, "\(run.text)")
        }
        try expect("site/index.html", pictures: 1, captions: ["Fig. 1 A product."], links: ["Fig. 1"], in: scratch)
        let second = try String(contentsOf: scratch.url("site/en/second.html"), encoding: .utf8)
        #expect(second.contains("index.html#fig-product") && second.contains(">Fig. 2</span></a>"), "\(second)")
        #expect(second.contains("Fig. 2 </span><span class=\"caption-text\">The smallest chain rule"), "\(second)")
        #expect(second.contains("width: 300px"), "\(second)")
    }

    @Test("Hugo, with a folder for each page")
    func hugo() throws {
        let scratch = try Scratch()
        for folder in ["docs/chain", "content", "layouts/_default"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        _ = try scratch.write("---\ntitle: Chain\n---\n\nSee [](#fig-product).\n\n\(SiteTests.product)", to: "docs/chain/index.md")
        _ = try scratch.write("title = 'Notes'\n[markup.goldmark.renderer]\nunsafe = true\n", to: "hugo.toml")
        _ = try scratch.write("<html><head></head><body>{{ .Content }}</body></html>\n", to: "layouts/_default/single.html")
        let made = try Run(["notes", scratch.url("docs").path, "-o", scratch.url("content").path, "--for", "hugo"])
        #expect(made.status == 0, "\(made.errors)")
        guard
            let run = try run(
                ["hugo", "--quiet", "--config", "hugo.toml", "--disableKinds", "taxonomy,term,home,section"],
                needs: "hugo", isModule: false, in: scratch)
        else { return }
        #expect(run.status == 0, "\(run.text)")
        try expect("public/chain/index.html", pictures: 1, captions: ["Figure 1. A product."], links: ["Figure 1"], in: scratch)
    }
}
