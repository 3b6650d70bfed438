import { Route, Switch } from 'wouter';
import { TaskList } from './list.tsx';
import { TaskPage } from './task.tsx';

export default function Tasks() {
  return (
    <Switch>
      <Route path="/tasks/:id">{({ id }) => <TaskPage key={id} id={id} />}</Route>
      <Route component={TaskList} />
    </Switch>
  );
}
