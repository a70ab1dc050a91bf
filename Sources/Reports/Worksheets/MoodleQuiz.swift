import Escaping
import Foundation
import Notation
package import Telling

/// Worksheets as Moodle XML: a category a variant, in it one question whose lines are answered one after the other (type cloze; numerical
/// where only one is asked), with the tolerance of the accepted range and a word on each classic mistake (docs.moodle.org/en/Moodle_XML_format,
/// Embedded_Answers).
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
        let worksheet = variant.worksheet
        let answers = worksheet.questions.map(QuizAnswer.init)
        let isSingle = answers.count == 1
        let lines = zip(worksheet.questions, answers).map { question, answer in
            "<li>\(line(of: question, worksheet)) = \(isSingle ? "?" : answer.cloze)\(answer.unit)</li>"
        }
        let html =
            image + "<p>Given: \(worksheet.stripItems.map { $0.plainText.clozeText }.joined(separator: ", "))</p>"
            + worksheet.conventions.map { "<p>\($0.plainText.clozeText)</p>" }.joined()
            + "<p>\(worksheet.instruction)</p><ol>\(lines.joined())</ol>"
        let solutions = worksheet.questions.map { question in
            let parts = [worksheet.head(of: question), worksheet.numbers(of: question), .number(question.printed)]
            return "<li>\(parts.compactMap { $0?.plainText.escapedForHTML }.joined(separator: " = "))</li>"
        }
        return """
              <question type="category">
                <category><text>\(category.escapedForXML)</text></category>
              </question>
              <question type="\(isSingle ? "numerical" : "cloze")">
                <name><text>\(name.escapedForXML)</text></name>
                <questiontext format="html">
                  <text>\(html.escapedForXML)</text>\(content ?? "")
                </questiontext>
                <generalfeedback format="html">
                  <text>\("<ol>\(solutions.joined())</ol>".escapedForXML)</text>
                </generalfeedback>
            \(isSingle ? answers.map(\.numerical).joined() : "")  </question>

            """
    }

    private func line(of question: Worksheet.Question, _ worksheet: Worksheet) -> String {
        [worksheet.head(of: question), worksheet.rule(of: question)].compactMap { $0?.plainText.clozeText }.joined(separator: " = ")
    }
}

extension String {
    /// In the text of a cloze question, where a brace begins an answer.
    fileprivate var clozeText: String { escapedForHTML.replacing("{", with: "&#123;").replacing("}", with: "&#125;") }

    /// In the feedback of an answer, which these characters would end. Entities are read after the answers are told apart.
    fileprivate var clozeFeedback: String {
        escapedForHTML.replacing("~", with: "&#126;").replacing("}", with: "&#125;").replacing("{", with: "&#123;")
    }
}

extension QuizAnswer {
    /// {1:NUMERICAL:=0.1385:0.0001#right~%0%0.74:0.0001#a mistake}.
    fileprivate var cloze: String {
        let wrong = mistakes.map { "~%0%\($0.value.ascii):\($0.tolerance.ascii)#\($0.words.clozeFeedback)" }
        return "{1:NUMERICAL:=\(solution.ascii):\(tolerance.ascii)\(wrong.joined())}"
    }

    /// The answers of a question of type numerical.
    fileprivate var numerical: String {
        func answer(_ fraction: Int, _ value: Numeral, _ tolerance: Numeral, _ feedback: String) -> String {
            """
                <answer fraction="\(fraction)" format="moodle_auto_format">
                  <text>\(value.ascii)</text>
                  <tolerance>\(tolerance.ascii)</tolerance>
                  <feedback format="html"><text>\(feedback.escapedForHTML.escapedForXML)</text></feedback>
                </answer>

            """
        }
        return answer(100, solution, tolerance, "") + mistakes.map { answer(0, $0.value, $0.tolerance, $0.words) }.joined()
    }

    /// The power of ten after a blank.
    fileprivate var unit: String { exponent.map { " × 10<sup>\($0 < 0 ? "−" : "")\(abs($0))</sup>" } ?? "" }
}
