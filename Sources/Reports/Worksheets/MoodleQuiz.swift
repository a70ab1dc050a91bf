import Escaping
import Foundation
import Notation
package import Telling

/// Worksheets as Moodle XML: a category a variant, in it one question whose lines are answered one after the other (type cloze), with the
/// tolerance of the accepted range and a word on each classic mistake (docs.moodle.org/en/Moodle_XML_format, Embedded_Answers).
package struct MoodleQuiz: Sendable {
    package struct Variant: Sendable {
        let number: Int
        let worksheet: Worksheet
        /// The figure with blanks, an SVG.
        let figure: [UInt8]?

        package init(number: Int, worksheet: Worksheet, figure: [UInt8]?) {
            (self.number, self.worksheet, self.figure) = (number, worksheet, figure)
        }
    }

    let title: String
    let variants: [Variant]

    package init(title: String, variants: [Variant]) { (self.title, self.variants) = (title, variants) }

    package var xml: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n" + variants.map(xml).joined() + "</quiz>\n"
    }

    private func xml(of variant: Variant) -> String {
        let name = "\(title): variant \(variant.number)"
        // A slash would begin a category inside the category.
        let category = "$course$/top/\(title.replacing("/", with: "//"))/Variant \(variant.number)"
        let file = "figure-\(variant.number).svg"
        let image = variant.figure.map { _ in "<p><img src=\"@@PLUGINFILE@@/\(file)\" alt=\"The figure with blanks\"></p>" } ?? ""
        let content = variant.figure.map {
            "\n      <file name=\"\(file)\" path=\"/\" encoding=\"base64\">\(Data($0).base64EncodedString())</file>"
        }
        let html =
            image + "<p>Given: \(variant.worksheet.stripItems.map { $0.plainText.clozeText }.joined(separator: ", "))</p><ol>"
            + variant.worksheet.questions.map { "<li>\(line(of: $0, variant.worksheet)) = \($0.cloze)</li>" }.joined() + "</ol>"
        return """
              <question type="category">
                <category><text>\(category.escapedForXML)</text></category>
              </question>
              <question type="cloze">
                <name><text>\(name.escapedForXML)</text></name>
                <questiontext format="html">
                  <text>\(html.escapedForXML)</text>\(content ?? "")
                </questiontext>
              </question>

            """
    }

    private func line(of question: Worksheet.Question, _ worksheet: Worksheet) -> String {
        [worksheet.head(of: question), worksheet.rule(of: question)].compactMap { $0?.plainText.clozeText }.joined(separator: " = ")
    }
}

extension String {
    /// In the text of a cloze question, where a brace begins an answer.
    fileprivate var clozeText: String { escapedForHTML.replacing("{", with: "&#123;").replacing("}", with: "&#125;") }

    /// In the feedback of an answer, where these characters have a meaning.
    fileprivate var clozeFeedback: String {
        var text = ""
        for character in escapedForHTML {
            if "~=#{}\"/\\".contains(character) { text += "\\" }
            text.append(character)
        }
        return text
    }
}

extension Worksheet.Question {
    /// {1:NUMERICAL:=0.1385:0.0001#right~%0%0.74:0.0001#a mistake}; small numbers have a power of ten.
    fileprivate var cloze: String {
        let middle = (accepted.lowerBound + accepted.upperBound) / 2
        let half = (accepted.upperBound - accepted.lowerBound) / 2
        var text = "{1:NUMERICAL:=\(middle):\(half)"
        for (mistake, value) in mistakes {
            // What the mistake gives, as far off as the answer may be, but clear of it.
            let tolerance = min(half, abs(value - middle) - half) * 0.999
            guard tolerance > 0 else { continue }
            text += "~%0%\(value):\(tolerance)#\(mistake.words.clozeFeedback)"
        }
        return text + "}"
    }
}
