import Foundation
import Testing

@Suite("Makers of web pages read the notes that backstep makes", .waiting)
struct ReaderTests {
    static let page = """
        # Chain rule

        ```backstep {#fig-product caption="A *product*."}
        title: Product & <friends> {x}
        expression: f = x * y
        at: {x: 2, y: 3}
        ```

        See [the product](#fig-product).

        ![](sum.backstep.yaml)

        ```backstep {width=300px alt="a < b {c}"}
        expression: f = x - y
        at: {x: 2, y: 3}
        ```

        """

    private func notes() throws -> Scratch {
        let scratch = try Scratch()
        _ = try scratch.write("title: Sum\nexpression: f = x + y\nat: {x: 2, y: 3}\n", to: "sum.backstep.yaml")
        _ = try scratch.write(Self.page, to: "page.md")
        let run = try Run(["notes", scratch.url("page.md").path, "-o", scratch.url("docs/index.md").path, "--strict"])
        #expect(run.status == 0, "\(run.errors)")
        return scratch
    }

    /// Whether Python knows a module; what it lacks is told.
    private func hasModule(_ name: String, in folder: URL) throws -> Bool {
        guard try Tool(["python3", "-c", "import \(name)"], in: folder).status != 0 else { return true }
        print("skipped: \(name)")
        return false
    }

    /// Three pictures that a browser draws, with their texts, and an anchor for the first.
    private func expectPictures(_ path: String, in scratch: Scratch) throws {
        let html = try String(contentsOf: scratch.url(path), encoding: .utf8)
        #expect(html.contains("id=\"fig-product\"") && html.contains("href=\"#fig-product\""), "\(html)")
        #expect(html.contains("<em>A <em>product</em>.</em>") || html.contains("<em>A </em>product<em>.</em>"), "\(html)")
        #expect(html.contains("width=\"300\"") || html.contains("width: 300"), "\(html)")
        let probe = html.replacingOccurrences(
            of: "</body>",
            with: """
                <script>onload = () => { document.title = [...document.images].map(i =>
                (i.naturalWidth > 100 ? 'drawn' : 'missing') + (/^Computation|^a < b .c/.test(i.alt) ? ' told' : i.alt)).join() }</script></body>
                """)
        let place = (path as NSString).deletingLastPathComponent + "/probe.html"
        _ = try scratch.write(probe, to: place)
        guard try Tool.exists("chromium") else {
            print("skipped: chromium")
            return
        }
        let dump = try Tool(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(scratch.folder.path)/profile",
                "--virtual-time-budget=5000", "--dump-dom", scratch.url(place).absoluteString,
            ],
            in: scratch.folder)
        #expect(dump.text.contains("<title>drawn told,drawn told,drawn told</title>"), "\(dump.text.prefix(3000))")
    }

    @Test("MkDocs")
    func mkdocs() throws {
        let scratch = try notes()
        guard try hasModule("mkdocs", in: scratch.folder) else { return }
        _ = try scratch.write("site_name: Notes\ntheme: {name: null, custom_dir: theme}\nuse_directory_urls: false\n", to: "mkdocs.yml")
        try FileManager.default.createDirectory(at: scratch.url("theme"), withIntermediateDirectories: true)
        _ = try scratch.write("<html><head><title></title></head><body>{{ page.content }}</body></html>\n", to: "theme/main.html")
        let run = try Tool(["python3", "-m", "mkdocs", "build", "--strict", "-q"], in: scratch.folder)
        #expect(run.status == 0, "\(run.text)")
        try expectPictures("site/index.html", in: scratch)
    }

    @Test("MyST in Sphinx, which Jupyter Book is made of")
    func myst() throws {
        let scratch = try notes()
        guard try hasModule("myst_parser", in: scratch.folder) else { return }
        _ = try scratch.write(
            "project = 'Notes'\nextensions = ['myst_parser']\nmyst_enable_extensions = ['html_image']\n", to: "docs/conf.py")
        let run = try Tool(["python3", "-m", "sphinx", "-q", "-b", "html", "docs", "site"], in: scratch.folder)
        #expect(run.status == 0, "\(run.text)")
        // Of an HTML anchor it knows only what the browser makes of it.
        #expect(run.text.split(separator: "\n").allSatisfy { $0.contains("fig-product") }, "\(run.text)")
        try expectPictures("site/index.html", in: scratch)
    }

    @Test("MDX, which Docusaurus reads, takes no brace and no tag for its own")
    func mdx() throws {
        let scratch = try notes()
        let built = try String(contentsOf: scratch.url("docs/index.md"), encoding: .utf8)
        // Elements of JSX are closed, and their values quoted; `style` would have to be an object.
        let rest = built.replacing(#/<a id="[^"<>{}]*"><\/a>|<img( (src|alt|width)="[^"<>{}]*")+ \/>/#, with: "")
            .replacing(#/\\[{}<>]/#, with: "")
        #expect(rest.count < built.count && !rest.contains(where: { "<>{}".contains($0) }), "\(rest)")
    }
}
