<?php
// Reads quizzes with Moodle's own importer: php import-moodle.php MOODLE FILE…
// MOODLE is a folder with Moodle's source. Prints each question that it makes of a file, as a line of JSON: its category, name, type, and each
// answer with its fraction, tolerance and feedback.

define('MOODLE_INTERNAL', true);
foreach (['FORMAT_MOODLE' => 0, 'FORMAT_HTML' => 1, 'FORMAT_PLAIN' => 2, 'FORMAT_WIKI' => 3, 'FORMAT_MARKDOWN' => 4, 'DEBUG_DEVELOPER' => 32767,
          'PARAM_FILE' => 'file', 'PARAM_TEXT' => 'text', 'PARAM_RAW' => 'raw', 'PARAM_PATH' => 'path'] as $name => $value) {
    define($name, $value);
}

$CFG = new stdClass();
$CFG->dirroot = $argv[1];
$CFG->libdir = $argv[1] . '/lib';
$CFG->admin = 'admin';
$USER = (object) ['id' => 1];

class moodle_exception extends Exception {}
class question_type {}
class core_tag_tag { static function is_enabled() { return false; } }
class context_user { public $id = 1; static function instance() { return new self(); } }
class core_text { static function strlen($text) { return strlen($text); } static function substr($text, ...$rest) { return substr($text, ...$rest); }
                  static function trim_utf8_bom($text) { return $text; } }
class files { public $made = []; function create_file_from_string($record, $content) { $this->made[$record['filename']] = strlen($content); } }
class question_bank { static function get_qtype() {} }
$files = new files();
function get_file_storage() { global $files; return $files; }
function file_get_unused_draft_itemid() { return 1; }
function get_string($name, $part = '', $about = null) { return "[$part/$name " . json_encode($about) . ']'; }
function clean_param($text) { return $text; }
function shorten_text($text, $length) { return substr($text, 0, $length); }
function debugging($text) { echo "Moodle says: $text\n"; }
function print_error($text) { throw new moodle_exception($text); }
function s($text) { return htmlspecialchars($text); }
function notify($text) { echo "Moodle says: $text\n"; }
function fullclone($thing) { return unserialize(serialize($thing)); }
function get_config() { return (object) []; }
/// Reads a source without those that it requires, which have no part in importing.
function source($path) {
    global $CFG;
    eval('?>' . preg_replace('/^\s*require_once.*$/m', '', file_get_contents("$CFG->dirroot/$path")));
}
foreach (['lib/xmlize.php', 'question/format.php', 'question/format/xml/format.php', 'question/type/numerical/questiontype.php',
          'question/type/multianswer/questiontype.php'] as $path) {
    source($path);
}

class importer extends qformat_xml {
    protected function error($message, $text = '', $name = '') { echo "Moodle says: $message $text $name\n"; }
    function questions($path) { return $this->readquestions(file($path)); }
}

foreach (array_slice($argv, 2) as $path) {
    $category = null;
    foreach ((new importer())->questions($path) as $question) {
        if ($question->qtype == 'category') {
            $category = $question->category;
            continue;
        }
        $parts = $question->qtype == 'multianswer' ? array_values($question->options->questions) : [$question];
        $made = ['category' => $category, 'name' => $question->name, 'type' => $question->qtype, 'text' => $question->questiontext, 'files' => $files->made, 'parts' => []];
        foreach ($parts as $part) {
            $answers = [];
            foreach ($part->answer as $place => $answer) {
                $answers[] = ['answer' => $answer, 'fraction' => (float) $part->fraction[$place], 'tolerance' => $part->tolerance[$place],
                              'feedback' => $part->feedback[$place]['text']];
            }
            $made['parts'][] = ['type' => $part->qtype, 'answers' => $answers];
        }
        echo json_encode($made, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), "\n";
    }
}
