import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Turns MathML into text from the leaves up: each element is told by what its children became.
final class MathMLFold: NSObject, XMLParserDelegate {
    struct Element {
        var name = ""
        var isAccent = false
        var text = ""
        /// What the elements inside became, in order.
        var parts: [String] = []
    }

    private let told: (Element) -> String
    private var open = [Element()]

    private init(_ told: @escaping (Element) -> String) { self.told = told }

    static func text(of markup: String, _ told: @escaping (Element) -> String) throws -> String {
        let fold = MathMLFold(told)
        let parser = XMLParser(data: Data(markup.utf8))
        parser.delegate = fold
        guard parser.parse() else { throw Calculator.Failure(description: "not well-formed: \(markup)") }
        return fold.open[0].parts.joined()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) { open.append(Element(name: name, isAccent: attributes["accent"] == "true")) }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open[open.count - 1].text += text }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        let text = told(open.removeLast())
        open[open.count - 1].parts.append(text)
    }
}
