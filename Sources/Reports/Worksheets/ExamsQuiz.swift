import Escaping
import Notation
package import Telling

/// A worksheet as an exercise of R/exams (r-exams.org), from which Canvas, QTI, Blackboard, OpenOlat, Moodle and paper come: type num for
/// one question, else cloze, with tolerances, the figure, and a solution that names what the classic mistakes give.
package struct ExamsQuiz: Sendable {
    let worksheet: Worksheet
    let title: String
    let variant: Int
    /// The PNG of the figure beside it; nil where there is none.
    let figureFile: String?

    package init(_ worksheet: Worksheet, title: String, variant: Int, figureFile: String?) {
        (self.worksheet, self.title, self.variant, self.figureFile) = (worksheet, title, variant, figureFile)
    }

    /// The .Rmd file.
    package var text: String {
        let answers = worksheet.questions.map(QuizAnswer.init)
        let isSingle = answers.count == 1
        func list(_ items: [String]) -> String {
            isSingle ? items.joined() + "\n" : "Answerlist\n----------\n\n" + items.map { "* \($0)\n" }.joined()
        }
        var body = "Question\n========\n\n"
        body += "Given: " + worksheet.stripItems.map(\.mathematics).joined(separator: ", ") + "\n\n"
        body += worksheet.conventions.map { "\($0.runningLatex(words: \.plainInMarkdown)).\n" }.joined() + "\n"
        if let figureFile { body += "![The figure with blanks](\(figureFile)){width=95%}\\\n\n" }
        body += "\(worksheet.instruction)\n\n"
        body += list(zip(worksheet.questions, answers).map { line(of: $0, $1) })
        body += "\nSolution\n========\n\n" + list(zip(worksheet.questions, answers).map { solution(of: $0, $1) })
        let types = answers.map { _ in "num" }.joined(separator: "|")
        body += "\nMeta-information\n================\n"
        body += "exname: \(title.onOneLine.filter { $0.isLetter || $0.isNumber || " -,.".contains($0) }) variant \(variant)\n"
        body += isSingle ? "extype: num\n" : "extype: cloze\nexclozetype: \(types)\n"
        body += "exsolution: \(answers.map(\.solution.ascii).joined(separator: "|"))\n"
        body += "extol: \(answers.map(\.tolerance.ascii).joined(separator: "|"))\n"
        // What stands in backquotes after an r, knitr runs.
        body = body.replacing("`", with: "'")
        guard let figureFile else { return body }
        return "```{r, echo=FALSE, results=\"hide\"}\ninclude_supplement(\"\(figureFile)\")\n```\n\n" + body
    }

    private func line(of question: Worksheet.Question, _ answer: QuizAnswer) -> String {
        let line = [worksheet.head(of: question), worksheet.rule(of: question)].compactMap { $0?.latex }.joined(separator: " = ")
        return "$\(line.mathematicsInMarkdown) =$" + (answer.exponent.map { " ? $\\times\\, 10^{\($0)}$" } ?? " ?")
    }

    private func solution(of question: Worksheet.Question, _ answer: QuizAnswer) -> String {
        var line = [worksheet.head(of: question)]
        if let numbers = worksheet.numbers(of: question) { line.append(numbers) }
        line.append(.number(question.printed))
        let power = answer.exponent.map { "e\($0)" } ?? ""
        let mistakes = answer.mistakes.map { " \($0.value.ascii)\(power): \($0.words.plainInMarkdown)" }.joined()
        return "$\(line.map(\.latex).joined(separator: " = ").mathematicsInMarkdown)$ (\(question.rangeText.plainText))."
            + (mistakes.isEmpty ? "" : " Mistakes:\(mistakes)")
    }
}

extension Formula {
    fileprivate var mathematics: String { "$\(latex.mathematicsInMarkdown)$" }
}

extension String {
    fileprivate var plainInMarkdown: String { escaped(forMarkdown: .inLine) }
}
